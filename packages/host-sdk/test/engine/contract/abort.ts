import { getEventListeners } from "node:events";
import type { CurrentPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { deferred } from "../../helpers/deferred.ts";
import { failure } from "../../helpers/failure.ts";
import { callsHost, toolbox } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

export function describeAbort(subject: Subject): void {
  describe("abort", () => {
    test("a call whose signal was aborted before does not start", async () => {
      const plugin = await subject.open(toolbox);
      const reason = new Error("gave up");
      const error = await failure(plugin.call("count", "", { signal: AbortSignal.abort(reason) }), "ABORTED");
      expect(error.cause).toBe(reason);
      expect((await plugin.call("count")).text()).toBe("1");
    });

    test("a signal that never fires changes nothing, and keeps no listener", async () => {
      const plugin = await subject.open(toolbox);
      const { signal } = new AbortController();
      const calls = [1, 2, 3].map(() => plugin.call("echo", "x", { signal }));
      await Promise.all(calls);
      await failure(plugin.call("trap", "", { signal }), "TRAP");
      expect(getEventListeners(signal, "abort")).toEqual([]);
    });

    if (subject.waits) describeWaiting(subject);
    if (subject.interrupts.bySignal) describeRunning(subject);
  });
}

/** A host function that keeps its call waiting until it is told to answer. */
function gate() {
  const entered = deferred();
  const opened = deferred();
  const f = async (plugin: CurrentPlugin) => {
    entered.resolve();
    await opened.promise;
    return plugin.store("through");
  };
  return { f, entered: entered.promise, open: opened.resolve };
}

function describeWaiting(subject: Subject): void {
  test("an abort takes a call out of the queue at once", async () => {
    const { f, entered, open } = gate();
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const controller = new AbortController();
    const running = plugin.call("pass");
    const aborted = plugin.call("pass", "", { signal: controller.signal });
    const behind = plugin.call("echo", "behind");
    await entered;
    controller.abort();
    await failure(aborted, "ABORTED");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    open();
    expect((await running).text()).toBe("through");
    expect((await behind).text()).toBe("behind");
  });

  test("an abort ends the waiting for a host function, and the next call works", async () => {
    const { f, entered } = gate();
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const controller = new AbortController();
    const aborted = plugin.call("pass", "", { signal: controller.signal });
    await entered;
    controller.abort(new Error("gave up"));
    expect((await failure(aborted, "ABORTED")).cause).toMatchObject({ message: "gave up" });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect((await plugin.call("echo", "next")).text()).toBe("next");
  });

  test("a host function that answers after its call was aborted disturbs no later call", async () => {
    const { f, entered, open } = gate();
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const controller = new AbortController();
    const aborted = plugin.call("pass", "", { signal: controller.signal });
    await entered;
    controller.abort();
    await failure(aborted, "ABORTED");
    const next = plugin.call("echo", "next");
    open();
    expect((await next).text()).toBe("next");
    expect((await plugin.call("pass")).text()).toBe("through");
  });
}

function describeRunning(subject: Subject): void {
  test("an abort ends a running loop, and the next call works on a fresh instance with the old vars", async () => {
    const entered = deferred();
    const f = () => {
      entered.resolve();
      return 0n;
    };
    const plugin = await subject.open(callsHost, { functions: user(f) });
    await plugin.call("pass_and_count");
    await plugin.call("count_in_var");
    const controller = new AbortController();
    const aborted = plugin.call("pass_and_loop", "", { signal: controller.signal });
    await entered.promise;
    controller.abort();
    await failure(aborted, "ABORTED");
    expect((await plugin.call("pass_and_count")).text()).toBe("1");
    expect((await plugin.call("count_in_var")).text()).toBe("2");
  });

  test("a call can be aborted while a fresh worker is being started for it", async () => {
    const plugin = await subject.open(toolbox);
    await failure(plugin.call("loop", "", { timeoutMs: 20 }), "TIMEOUT");
    const controller = new AbortController();
    const aborted = plugin.call("loop", "", { signal: controller.signal });
    controller.abort();
    await failure(aborted, "ABORTED");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect((await plugin.call("count")).text()).toBe("1");
  });
}
