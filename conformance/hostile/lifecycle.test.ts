import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  compilePlugin,
  createPlugin,
  type HostFunctions,
  isPluginError,
  type Plugin,
} from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { readBuiltGuest } from "../abi/guests.ts";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, waitingAttack, withPlugin } from "./support/attack.ts";
import { forever, guest } from "./support/wat.ts";

watchOtherPlugins();

const user = (functions: HostFunctions[string]): HostFunctions => ({ "extism:host/user": functions });

const caller = guest(`
  (import "extism:host/user" "f" (func $f))
  (import "extism:host/user" "after" (func $after))
  (func (export "run") (call $f) (call $after))`);

describe("close during a call", () => {
  attack("close from inside the plugin's own host function", async (place) => {
    let own: Plugin | undefined;
    const closing: (Promise<void> | undefined)[] = [];
    const functions = user({ f: () => void closing.push(own?.close()), after: () => undefined });
    own = await createPlugin(caller, { functions, isolation: place });
    const [outcome] = await Promise.allSettled([own.call("run")]);
    // On the caller's thread, a call that runs cannot be cut: it ends, and the plugin with it.
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "PLUGIN_CLOSED" });
    else expect(place).toBe("thread");
    await Promise.all(closing);
    await expectFailure(own.call("fine"), "PLUGIN_CLOSED");
  });

  waitingAttack("close while a host function waits, with calls in the queue", async (place) => {
    let entered: () => void = () => undefined;
    const isEntered = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let after = 0;
    let answer: () => void = () => undefined;
    const f = async () => {
      entered();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
    };
    const plugin = await createPlugin(caller, {
      functions: user({
        f,
        after: () => {
          after += 1;
        },
      }),
      isolation: place,
    });
    const calls = [plugin.call("run"), plugin.call("fine"), plugin.call("fine")];
    const outcomes = Promise.allSettled(calls);
    await isEntered;
    await plugin.close();
    answer();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "PLUGIN_CLOSED" } });
    }
    expect(after).toBe(0);
  });

  test("close while the guest loops ends the loop (in a worker)", async () => {
    let entered: () => void = () => undefined;
    const isEntered = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const looping = guest(`
      (import "extism:host/user" "f" (func $f))
      (func (export "run") (call $f) ${forever("")})`);
    const plugin = await createPlugin(looping, {
      functions: user({ f: () => entered() }),
      isolation: "worker",
    });
    const call = plugin.call("run");
    const outcome = expectFailure(call, "PLUGIN_CLOSED");
    await isEntered;
    await plugin.close();
    await outcome;
  });

  attack("a thousand calls that are closed, reset and aborted at once", async (place) => {
    const plugin = await createPlugin(guest(""), { isolation: place });
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 1000; i++) {
      calls.push(plugin.call("fine", "", i % 3 === 0 ? { signal: AbortSignal.abort() } : {}));
      if (i % 100 === 0) plugin.reset();
    }
    const closing = plugin.close();
    const outcomes = await Promise.allSettled(calls);
    await closing;
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(isPluginError(outcome.reason)).toBe(true);
      expect(["ABORTED", "PLUGIN_CLOSED"]).toContain(outcome.reason.code);
    }
    await expectFailure(plugin.call("fine"), "PLUGIN_CLOSED");
  });
});

describe("many plugins, one after the other", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  /** Bytes that the process holds once garbage is gone. */
  const heldBytes = () => {
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[values.length >> 1] as number;

  /** Memory that is held after each of ten parts of the cycles. */
  async function heldDuring(cycles: number, cycle: () => Promise<void>): Promise<number[]> {
    const held: number[] = [];
    for (let part = 0; part < 10; part++) {
      for (let i = 0; i < cycles / 10; i++) await cycle();
      // Workers and memories end a few turns of the event loop after their owner.
      await new Promise((resolve) => setImmediate(resolve));
      held.push(heldBytes());
    }
    return held;
  }

  test("1,000 create/close cycles leave memory flat (in a thread)", async () => {
    const compiled = await compilePlugin(readBuiltGuest("echo"));
    const held = await heldDuring(1000, async () => {
      await using plugin = await compiled.instantiate({ timeoutMs: 10_000, isolation: "thread" });
      expect((await plugin.call("echo", "x".repeat(10_000))).length).toBe(10_000);
    });
    // A leak of one kernel page per plugin would be 32 MiB from one half to the other.
    expect(median(held.slice(5)) - median(held.slice(0, 5))).toBeLessThan(8 * 1024 * 1024);
  });

  test("50 create/close cycles leave memory flat (in a worker)", async () => {
    const compiled = await compilePlugin(readBuiltGuest("echo"));
    const held = await heldDuring(50, async () => {
      await using plugin = await compiled.instantiate({ isolation: "worker" });
      expect((await plugin.call("echo", "x".repeat(1_000_000))).length).toBe(1_000_000);
    });
    expect(median(held.slice(5)) - median(held.slice(0, 5))).toBeLessThan(16 * 1024 * 1024);
  });

  attack("100 traps in a row leave memory flat", async (place) => {
    const trapping = guest(`(memory (export "memory") 4) (func (export "run") (unreachable))`);
    await withPlugin(place, trapping, {}, async (plugin) => {
      const held = await heldDuring(100, async () => void (await expectFailure(plugin.call("run"), "TRAP")));
      expect(median(held.slice(5)) - median(held.slice(0, 5))).toBeLessThan(8 * 1024 * 1024);
      await expectFine(plugin);
    });
  });
});
