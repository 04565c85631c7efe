import { AsyncLocalStorage } from "node:async_hooks";
import { type CurrentPlugin, isPluginError, type Plugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { callsHost, toolbox } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

const tick = () => new Promise((resolve) => setTimeout(resolve));

/** What became of an attempt, as text for the guest to pass on. */
async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "it succeeded";
  } catch (error) {
    return isPluginError(error) ? error.code : String(error);
  }
}

function outcomeNow(attempt: () => unknown): string {
  try {
    attempt();
    return "it succeeded";
  } catch (error) {
    return isPluginError(error) ? error.code : String(error);
  }
}

export function describeReentry(subject: Subject): void {
  const { openPlugin } = subject;
  describe("calls from inside a call", () => {
    if (openPlugin) describePlugin(openPlugin, subject.waits);

    test("a host function may call another plugin", async () => {
      const other = await subject.open(toolbox);
      const outputs: Promise<string>[] = [];
      const f = () => {
        outputs.push(other.call("echo", "other").then((output) => output.text()));
        return 0n;
      };
      const plugin = await subject.open(callsHost, { functions: user(f) });
      await plugin.call("pass");
      expect(await Promise.all(outputs)).toEqual(["other"]);
    });

    test("host functions run in the asynchronous context of the call that they serve", async () => {
      const storage = new AsyncLocalStorage<string>();
      const f = (plugin: CurrentPlugin) => plugin.store(storage.getStore() ?? "none");
      const plugin = await subject.open(callsHost, { functions: user(f) });
      const calls = ["a", "b", "c"].map((name) => storage.run(name, () => plugin.call("pass")));
      expect((await Promise.all(calls)).map((output) => output.text())).toEqual(["a", "b", "c"]);
    });
  });
}

function describePlugin(openPlugin: NonNullable<Subject["openPlugin"]>, waits: boolean): void {
  test("a call on the stack of the plugin's own host function is refused", async () => {
    const outcomes: (string | Promise<string>)[] = [];
    const plugin: Plugin = await openPlugin(callsHost, {
      functions: user(() => {
        outcomes.push(outcome(() => plugin.call("echo", "x")));
        outcomes.push(outcomeNow(() => plugin.callSync("echo", "x")));
        outcomes.push(outcomeNow(() => plugin.reset()));
        return 0n;
      }),
    });
    await plugin.call("pass");
    expect(await Promise.all(outcomes)).toEqual(["REENTRANT_CALL", "REENTRANT_CALL", "REENTRANT_CALL"]);
    expect((await plugin.call("echo", "after")).text()).toBe("after");
  });

  test.runIf(waits)("a call from the plugin's own pending host function is refused", async () => {
    const plugin: Plugin = await openPlugin(callsHost, {
      functions: user(async (current: CurrentPlugin) => {
        await tick();
        return current.store(await outcome(() => plugin.call("echo", "x")));
      }),
    });
    expect((await plugin.call("pass")).text()).toBe("REENTRANT_CALL");
  });

  test.runIf(waits)("a queued call that leads back to the plugin by another one is refused", async () => {
    const inner: Plugin = await openPlugin(callsHost, {
      functions: user(async (current: CurrentPlugin) => {
        await tick();
        return current.store(await outcome(() => outer.call("echo", "x")));
      }),
    });
    const outer: Plugin = await openPlugin(callsHost, {
      functions: user(async (current: CurrentPlugin) => {
        await tick();
        return current.store((await inner.call("pass")).bytes());
      }),
    });
    const busy = inner.call("echo", "busy");
    const queued = outer.call("pass");
    expect((await busy).text()).toBe("busy");
    expect((await queued).text()).toBe("REENTRANT_CALL");
  });

  test.runIf(waits)("calls from elsewhere queue while a host function is pending", async () => {
    const plugin = await openPlugin(callsHost, {
      functions: user(async (current: CurrentPlugin) => {
        await tick();
        return current.store("first");
      }),
    });
    const calls = [plugin.call("pass"), plugin.call("echo", "second")];
    await tick();
    calls.push(plugin.call("echo", "third"));
    expect((await Promise.all(calls)).map((output) => output.text())).toEqual(["first", "second", "third"]);
  });
}
