import { getEventListeners } from "node:events";
import type { Plugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { deferred } from "../../helpers/deferred.ts";
import { failure } from "../../helpers/failure.ts";
import { callsHost, guest, toolbox } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

export function describeClose(subject: Subject): void {
  describe("close", () => {
    test("a call after close fails", async () => {
      const plugin = await subject.open(toolbox);
      await plugin.close();
      await failure(plugin.call("echo", "x"), "PLUGIN_CLOSED");
    });

    test("closing twice, also at the same time, is fine", async () => {
      const plugin = await subject.open(toolbox);
      await Promise.all([plugin.close(), plugin.close()]);
      await plugin.close();
    });

    test("closing a plugin whose last call failed is fine", async () => {
      const plugin = await subject.open(toolbox);
      await failure(plugin.call("trap"), "TRAP");
      await plugin.close();
    });

    if (subject.waits) describePending(subject);
    if (subject.interrupts.bySignal) describeRunning(subject);
    if (subject.openPlugin) describePlugin(subject.openPlugin, subject.interrupts.bySignal);
  });
}

function describePending(subject: Subject): void {
  test("close ends a call that waits for a host function, and those behind it", async () => {
    const entered = deferred();
    const f = async () => {
      entered.resolve();
      return new Promise<never>(() => undefined);
    };
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const { signal } = new AbortController();
    const calls = [
      plugin.call("pass", "", { signal }),
      plugin.call("echo", "x", { signal }),
      plugin.call("pass"),
    ];
    const failures = calls.map((call) => failure(call, "PLUGIN_CLOSED"));
    await entered.promise;
    await plugin.close();
    await Promise.all(failures);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("close ends a start-up that waits for a host function", async () => {
    let calls = 0;
    const entered = deferred();
    const f = async () => {
      if (++calls === 1) return 0n;
      entered.resolve();
      return new Promise<never>(() => undefined);
    };
    const plugin = await subject.open(
      guest(
        `(func (export "_initialize") (drop (call $f (i64.const 0))))
        (func (export "trap") (unreachable)) (func (export "nop"))`,
        `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
      ),
      { functions: user(f) },
    );
    await failure(plugin.call("trap"), "TRAP");
    const waiting = failure(plugin.call("nop"), "PLUGIN_CLOSED");
    await entered.promise;
    await plugin.close();
    await waiting;
  });
}

function describeRunning(subject: Subject): void {
  test("close ends a running loop, and the calls behind it", async () => {
    const entered = deferred();
    const f = () => {
      entered.resolve();
      return 0n;
    };
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const calls = [plugin.call("pass_and_loop"), plugin.call("echo", "x")];
    const failures = calls.map((call) => failure(call, "PLUGIN_CLOSED"));
    await entered.promise;
    await plugin.close();
    await Promise.all(failures);
  });

  test("close right after a timeout leaves nothing running", async () => {
    const plugin = await subject.open(toolbox);
    await failure(plugin.call("loop", "", { timeoutMs: 20 }), "TIMEOUT");
    await plugin.close();
    await failure(plugin.call("nop"), "PLUGIN_CLOSED");
  });
}

function describePlugin(openPlugin: NonNullable<Subject["openPlugin"]>, interrupted: boolean): void {
  test("a host function may close its own plugin", async () => {
    const plugin: Plugin = await openPlugin(callsHost, {
      functions: user((current) => {
        void plugin.close();
        return current.store("bye");
      }),
    });
    // On the stack of the caller the call cannot be taken back: it returns first.
    if (interrupted) await failure(plugin.call("pass"), "PLUGIN_CLOSED");
    else expect((await plugin.call("pass")).text()).toBe("bye");
    await failure(plugin.call("echo", "x"), "PLUGIN_CLOSED");
  });

  test("a plugin is closed when its scope is left", async () => {
    const plugin = await openPlugin(toolbox);
    await plugin[Symbol.asyncDispose]();
    await failure(plugin.call("nop"), "PLUGIN_CLOSED");
  });
}
