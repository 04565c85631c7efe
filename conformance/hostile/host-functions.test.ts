import { createPlugin, type HostFunction, type HostFunctions, type Plugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { expectFailure, failureOf, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, PLACES, survives, waitingAttack, withPlugin } from "./support/attack.ts";
import { guest } from "./support/wat.ts";

watchOtherPlugins();

const user = (functions: HostFunctions[string]): HostFunctions => ({ "extism:host/user": functions });

/** Calls `f`; `catch` goes on whatever happens, and calls more imports. */
const caller = guest(`
  (import "extism:host/user" "f" (func $f (result i64)))
  (import "extism:host/user" "count" (func $count))
  (func (export "run") (drop (call $f)))
  (func (export "catch")
    (try (do (drop (call $f))) (catch_all))
    (try (do (call $count)) (catch_all))
    (try (do (call $var_set (i64.const 0) (call $alloc (i64.const 8)))) (catch_all))
    (call $output_set (i64.const 0) (i64.const 0)))
  (func (export "has_var") (result i32) (i64.ne (call $var_get (i64.const 0)) (i64.const 0)))`);

/** What can be thrown, and what every message makes of it. */
const thrown: readonly unknown[] = [
  new Error("an error"),
  "a string",
  undefined,
  null,
  Symbol("a symbol"),
  Object.create(null),
  { toString: () => ({}) },
  Object.defineProperty(new Error(), "message", {
    get() {
      throw new Error("no message");
    },
  }),
  Object.assign(new Error("looks interrupted"), { code: "ERR_SCRIPT_EXECUTION_TIMEOUT" }),
];

describe("a host function", () => {
  attack("a host function that throws anything at all", async (place) => {
    let value: unknown;
    const f = () => {
      throw value;
    };
    await withPlugin(place, caller, { functions: user({ f, count: () => undefined }) }, async (plugin) => {
      for (value of thrown) await survives(plugin, "run", { code: "HOST_FUNCTION_FAILED" });
    });
  });

  attack("a guest that catches what a host function throws, and goes on calling imports", async (place) => {
    let value: unknown;
    let counted = 0;
    const functions = user({
      f: () => {
        throw value;
      },
      count: () => {
        counted += 1;
      },
    });
    await withPlugin(place, caller, { functions }, async (plugin) => {
      for (value of thrown) {
        await survives(plugin, "catch", { code: "HOST_FUNCTION_FAILED" });
        expect((await plugin.call("has_var")).length).toBe(0);
      }
    });
    expect(counted).toBe(0);
  });

  waitingAttack("a host function that throws after an await", async (place) => {
    const functions = user({
      f: async () => {
        await Promise.resolve();
        throw new Error("too late");
      },
      count: () => undefined,
    });
    await withPlugin(place, caller, { functions }, async (plugin) => {
      await survives(plugin, "run", { code: "HOST_FUNCTION_FAILED", says: "too late" });
      await survives(plugin, "catch", { code: "HOST_FUNCTION_FAILED", says: "too late" });
    });
  });

  const garbage: readonly unknown[] = [
    undefined,
    null,
    "1",
    1,
    1.5,
    Number.NaN,
    {},
    [],
    [1n, 2n],
    Symbol("one"),
    () => 1n,
    true,
    new Array(5000).fill(1n),
  ];

  attack("a host function that returns garbage for a number", async (place) => {
    let value: unknown;
    const functions = user({ f: (() => value) as HostFunction, count: () => undefined });
    await withPlugin(place, caller, { functions }, async (plugin) => {
      for (value of garbage) {
        await survives(plugin, "run", { code: "HOST_FUNCTION_FAILED", says: "returned" });
      }
    });
  });

  attack("a host function that returns garbage where nothing is expected", async (place) => {
    const counts = guest(`(import "extism:host/user" "count" (func $count))
      (func (export "run") (call $count))`);
    let value: unknown;
    const functions = user({ count: (() => value) as HostFunction });
    await withPlugin(place, counts, { functions }, async (plugin) => {
      for (value of [...garbage, 1n << 200n, Object.create(null)]) {
        expect((await plugin.call("run")).length).toBe(0);
      }
    });
  });

  attack("a host function that hands back a hostile thenable", async (place) => {
    const hostile: readonly object[] = [
      // biome-ignore lint/suspicious/noThenProperty: that is the attack
      { then: () => undefined },
      // biome-ignore lint/suspicious/noThenProperty: that is the attack
      { then: 1n },
      {
        // biome-ignore lint/suspicious/noThenProperty: that is the attack
        get then() {
          throw new Error("no then");
        },
      },
    ];
    for (const value of hostile) {
      const functions = user({ f: (() => value) as unknown as HostFunction, count: () => undefined });
      await withPlugin(place, caller, { functions }, async (plugin) => {
        await survives(plugin, "run", { code: "HOST_FUNCTION_FAILED" });
      });
    }
  });

  attack("a host function that calls its own plugin", async (place) => {
    let own: Plugin | undefined;
    const codes: string[] = [];
    const functions = user({
      f: () => {
        for (const use of [() => own?.callSync("fine"), () => own?.reset()]) {
          try {
            use();
          } catch (error) {
            codes.push((error as { code: string }).code);
          }
        }
        return 1n;
      },
      count: () => undefined,
    });
    await withPlugin(place, caller, { functions }, async (plugin) => {
      own = plugin;
      await plugin.call("run");
      await expectFine(plugin);
      expect(codes).toEqual(["REENTRANT_CALL", "REENTRANT_CALL"]);
    });
  });

  waitingAttack("a host function that waits for a call of its own plugin", async (place) => {
    let own: Plugin | undefined;
    const functions = user({
      f: async () => {
        await Promise.resolve();
        await own?.call("fine");
        return 1n;
      },
      count: () => undefined,
    });
    await withPlugin(place, caller, { functions }, async (plugin) => {
      own = plugin;
      await survives(plugin, "run", { code: "REENTRANT_CALL" });
    });
  });

  test("a host function that hangs is left by its timeout (in a worker)", async () => {
    const functions = user({ f: async () => new Promise<bigint>(() => undefined), count: () => undefined });
    await withPlugin("worker", caller, { functions, timeoutMs: 250 }, async (plugin) => {
      await survives(plugin, "run", { code: "TIMEOUT", says: "250 ms" });
    });
  });

  waitingAttack("a host function that hangs is left by an abort", async (place) => {
    let entered: () => void = () => undefined;
    const f = async () => {
      entered();
      return new Promise<bigint>(() => undefined);
    };
    await withPlugin(place, caller, { functions: user({ f, count: () => undefined }) }, async (plugin) => {
      for (let i = 0; i < 2; i++) {
        const controller = new AbortController();
        entered = () => controller.abort();
        await expectFailure(plugin.call("run", "", { signal: controller.signal }), "ABORTED");
        await expectFine(plugin);
      }
    });
  });
});

describe("the internal channel of the worker engine", () => {
  attack("an import of the internal channel", async (place) => {
    const intruder = guest(`
      (import "mortise:system" "exchange" (func $exchange (param i32 i64) (result i64)))
      (func (export "run") (drop (call $exchange (i32.const 0) (i64.const 0))))`);
    await expectFailure(createPlugin(intruder, { isolation: place }), "IMPORT_UNRESOLVED", "mortise:system");
    // Beside WASI, which makes the channel exist.
    const beside = guest(`
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "mortise:system" "exchange" (func $exchange (param i32 i64) (result i64)))
      (memory (export "memory") 1)
      (func (export "run") (drop (call $exchange (i32.const 0) (i64.const 0))))`);
    await expectFailure(createPlugin(beside, { isolation: place }), "IMPORT_UNRESOLVED", "mortise:system");
  });

  test.each(PLACES)("an import of what a host keeps for itself is unresolved (in a %s)", async (place) => {
    for (const name of [
      "host_alloc",
      "host_free",
      "host_begin",
      "host_initialise",
      "memory",
      "constructor",
    ]) {
      const intruder = guest(
        `(import "extism:host/env" "${name}" (func $f)) (func (export "run") (call $f))`,
      );
      expect((await failureOf(createPlugin(intruder, { isolation: place }))).code).toBe("IMPORT_UNRESOLVED");
    }
  });
});
