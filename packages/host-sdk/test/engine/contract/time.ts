import type { CurrentPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { failure } from "../../helpers/failure.ts";
import { callsHost, startUp, toolbox } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

export function describeTime(subject: Subject): void {
  const { byTimeout, besideFunctions } = subject.interrupts;
  describe("time", () => {
    if (byTimeout) describeTimeouts(subject);
    else describeNoTimeouts(subject);
    if (besideFunctions) describeFunctionTime(subject);
  });
}

function describeTimeouts(subject: Subject): void {
  test("an endless loop ends at the plugin's timeout, and the next call works", async () => {
    const plugin = await subject.open(toolbox, { timeoutMs: 500 });
    await plugin.call("count");
    await plugin.call("count_in_var");
    const error = await failure(plugin.call("loop"), "TIMEOUT");
    expect(error).toMatchObject({ plugin: "main", export: "loop" });
    expect(error.message).toContain("500 ms");
    expect((await plugin.call("count")).text()).toBe("1");
    expect((await plugin.call("count_in_var")).text()).toBe("2");
  });

  test("a call can have a timeout of its own", async () => {
    const plugin = await subject.open(toolbox);
    expect((await failure(plugin.call("loop", "", { timeoutMs: 20 }), "TIMEOUT")).message).toContain("20 ms");
    expect((await plugin.call("count")).text()).toBe("1");
  });

  test("the shortest and the longest timeouts are what they say", async () => {
    const plugin = await subject.open(toolbox, { timeoutMs: Number.MAX_VALUE });
    await failure(plugin.call("loop", "", { timeoutMs: 0 }), "TIMEOUT");
    await failure(plugin.call("loop", "", { timeoutMs: 0.5 }), "TIMEOUT");
    expect((await plugin.call("echo", "fine")).text()).toBe("fine");
    expect((await plugin.call("echo", "fine", { timeoutMs: Number.POSITIVE_INFINITY })).text()).toBe("fine");
  });

  test.each([-1, Number.NaN, "50"])("a timeout of %o is a TypeError", async (timeoutMs) => {
    await expect(subject.open(toolbox, { timeoutMs: timeoutMs as number })).rejects.toThrow(TypeError);
    const plugin = await subject.open(toolbox);
    await expect(plugin.call("nop", "", { timeoutMs: timeoutMs as number })).rejects.toThrow(TypeError);
  });

  test("a call's timeout goes before that of the plugin", async () => {
    const plugin = await subject.open(toolbox, { timeoutMs: 10_000 });
    expect((await failure(plugin.call("loop", "", { timeoutMs: 20 }), "TIMEOUT")).message).toContain("20 ms");
  });

  test("several calls that time out each leave a plugin that works", async () => {
    const plugin = await subject.open(toolbox, { timeoutMs: 10_000 });
    for (let i = 0; i < 5; i++) await failure(plugin.call("loop", "", { timeoutMs: 10 }), "TIMEOUT");
    expect((await plugin.call("echo", "fine")).text()).toBe("fine");
  });

  test.each([
    ["_initialize", startUp({ _initialize: "(loop (br 0))" })],
    ["the start function", startUp({}, "(func $first (loop (br 0))) (start $first)")],
  ])("an endless loop in %s ends at the timeout", async (_, module) => {
    const error = await failure(subject.open(module, { timeoutMs: 50 }), "TIMEOUT");
    expect(error.plugin).toBe("main");
  });
}

function describeNoTimeouts(subject: Subject): void {
  test("a call cannot have a timeout of its own, and says why", async () => {
    const plugin = await subject.open(toolbox);
    const error = await failure(plugin.call("loop", "", { timeoutMs: 20 }), "UNSUPPORTED");
    expect(error.message).toContain("cannot have a timeout");
    expect((await plugin.call("echo", "fine")).text()).toBe("fine");
  });

  test("a plugin that waits cannot have a timeout on the caller's thread", async () => {
    await failure(subject.open(toolbox, { timeoutMs: 20 }), "UNSUPPORTED");
  });
}

function describeFunctionTime(subject: Subject): void {
  test("waiting for a host function counts", async () => {
    const f = async () => new Promise<never>(() => undefined);
    const plugin = await subject.open(callsHost, { functions: user(f) });
    await failure(plugin.call("pass", "", { timeoutMs: 50 }), "TIMEOUT");
    expect((await plugin.call("echo", "fine")).text()).toBe("fine");
  });

  test("the application's code is never cut: a host function that takes too long runs to its end", async () => {
    const ended: string[] = [];
    const f = () => {
      const end = performance.now() + 60;
      while (performance.now() < end);
      ended.push("whole");
      return 0n;
    };
    const plugin = await subject.open(callsHost, { functions: user(f) });
    await failure(plugin.call("pass_and_loop", "", { timeoutMs: 30 }), "TIMEOUT");
    expect(ended).toEqual(["whole"]);
  });

  test("waiting in the queue does not count", async () => {
    const f = async (plugin: CurrentPlugin) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return plugin.store("waited");
    };
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const first = plugin.call("pass");
    const second = plugin.call("echo", "queued", { timeoutMs: 200 });
    expect((await first).text()).toBe("waited");
    expect((await second).text()).toBe("queued");
  });
}
