import {
  bytes,
  type CurrentPlugin,
  createPlugin,
  type ErrorCode,
  type HostFunctions,
  json,
  text,
  typedFunction,
} from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { compileWat } from "../abi/guests.ts";
import { expectFailure, failureOf, watchOtherPlugins } from "./witness.ts";

watchOtherPlugins();

const user = (functions: HostFunctions[string]): HostFunctions => ({ "extism:host/user": functions });

describe("a host function", () => {
  const calls = {
    i64: compileWat(
      `(module (import "extism:host/user" "f" (func $f (result i64))) (func (export "run") (drop (call $f))))`,
    ),
    i32: compileWat(
      `(module (import "extism:host/user" "f" (func $f (result i32))) (func (export "run") (drop (call $f))))`,
    ),
  };
  const original = new RangeError("the store is closed");

  test.each([
    [
      "throws an error",
      "i64",
      () => {
        throw original;
      },
      "the store is closed",
    ],
    [
      "throws a string",
      "i64",
      () => {
        throw "a string";
      },
      "a string",
    ],
    [
      "throws null",
      "i64",
      () => {
        throw null;
      },
      "null",
    ],
    ["returns a string for an i64", "i64", () => "1", "string"],
    ["returns a number for an i64", "i64", () => 1, "number"],
    ["returns nothing for an i64", "i64", () => undefined, "undefined"],
    ["returns a bigint for an i32", "i32", () => 1n, "bigint"],
    ["returns a string for an i32", "i32", () => "1", "string"],
    ["returns an object for an i32", "i32", () => ({}), "Object"],
    ["returns a promise that it did not declare", "i64", () => Promise.resolve(1n), "async"],
    ["returns a promise that rejects", "i64", () => Promise.reject(original), "async"],
  ] as [string, keyof typeof calls, () => never, string][])(
    "that %s fails its call, not the next",
    async (_, type, misbehave, says) => {
      let behave = false;
      const good = type === "i64" ? 1n : 1;
      const f = () => (behave ? good : misbehave());
      await using plugin = await createPlugin(calls[type], { functions: user({ f }) });
      await expectFailure(plugin.call("run"), "HOST_FUNCTION_FAILED", says, "f");
      behave = true;
      expect((await plugin.call("run")).length).toBe(0);
    },
  );

  test("that throws is the cause of the call's error", async () => {
    const f = () => {
      throw original;
    };
    await using plugin = await createPlugin(calls.i64, { functions: user({ f }) });
    expect((await failureOf(plugin.call("run"))).cause).toBe(original);
  });

  test("that is async cannot run on the caller's thread where nothing can suspend", async () => {
    const attempt = createPlugin(calls.i64, { functions: user({ f: async () => 1n }), isolation: "thread" });
    if (!("Suspending" in WebAssembly)) {
      await expectFailure(attempt, "UNSUPPORTED", "f", "WebAssembly.Suspending");
      return;
    }
    await using plugin = await attempt;
    expect((await plugin.call("run")).length).toBe(0);
  });

  test("that is async cannot be waited for by callSync, while call works", async () => {
    await using plugin = await createPlugin(calls.i64, { functions: user({ f: async () => 1n }) });
    await expectFailure(() => plugin.callSync("run"), "UNSUPPORTED");
    expect((await plugin.call("run")).length).toBe(0);
  });

  test("that is async and rejects fails its call, not the next", async () => {
    let behave = false;
    const f = async () => {
      if (!behave) throw original;
      return 1n;
    };
    await using plugin = await createPlugin(calls.i64, { functions: user({ f }) });
    await expectFailure(plugin.call("run"), "HOST_FUNCTION_FAILED", "the store is closed");
    behave = true;
    expect((await plugin.call("run")).length).toBe(0);
  });

  test("that calls its own plugin is refused, and its plugin works on", async () => {
    const failures: unknown[] = [];
    await using plugin = await createPlugin(calls.i64, {
      functions: user({
        f: () => {
          try {
            plugin.callSync("run");
          } catch (error) {
            failures.push(error);
          }
          return 1n;
        },
      }),
    });
    await plugin.call("run");
    expect(failures).toMatchObject([{ code: "REENTRANT_CALL" }]);
    await plugin.call("run");
    expect(failures).toHaveLength(2);
  });
});

describe("a handle that is none", () => {
  const guest = compileWat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "free" (func $free (param i64)))
    (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
    (import "extism:host/user" "take" (func $take (param i64)))
    (func (export "pass") (call $take (call $input_load_u64 (i64.const 0))))
    (func (export "pass_freed") (local $handle i64)
      (local.set $handle (call $alloc (i64.const 8)))
      (call $free (local.get $handle))
      (call $take (local.get $handle)))
    (func (export "pass_inside") (call $take (i64.add (call $alloc (i64.const 100)) (i64.const 1)))))`);
  const word = (value: bigint) => new Uint8Array(BigInt64Array.of(value).buffer);
  const wild: [string, Uint8Array | undefined][] = [
    ...[0n, 1n, 16n, 1025n, -1n, 1n << 32n, (1n << 32n) + 1024n, (1n << 63n) - 1n].map(
      (value): [string, Uint8Array] => ["pass", word(value)],
    ),
    ["pass_freed", undefined],
    ["pass_inside", undefined],
  ];

  test("reads as null, and is freed without effect", async () => {
    const read: unknown[] = [];
    const take = (current: CurrentPlugin, handle: bigint) => {
      current.free(handle);
      read.push(current.read(handle));
    };
    await using plugin = await createPlugin(guest, { functions: user({ take }) });
    for (const [name, input] of wild) await plugin.call(name, input);
    expect(read).toEqual(wild.map(() => null));
  });

  test.each(Object.entries({ text, bytes, json }))(
    "fails a function that wants it as %s",
    async (_, codec) => {
      const taken: unknown[] = [];
      const take = typedFunction({ params: [codec] }, (value) => void taken.push(value));
      await using plugin = await createPlugin(guest, { functions: user({ take }) });
      for (const [name, input] of wild.slice(1)) {
        await expectFailure(plugin.call(name, input), "HOST_FUNCTION_FAILED", "take");
      }
      expect(taken).toEqual([]);
    },
  );
});

describe("a guest that lost its stack frame", () => {
  /** Takes 1 KiB of its 64 KiB stack, as compiled code does, and gives it back only if it gets to its end. */
  const guest = compileWat(`(module
    (import "extism:host/user" "fail" (func $fail (param i32)))
    (memory (export "memory") 1)
    (global $stack_pointer (mut i32) (i32.const 65536))
    (func (export "run") (local $frame i32)
      (local.set $frame (i32.sub (global.get $stack_pointer) (i32.const 1024)))
      (global.set $stack_pointer (local.get $frame))
      (i32.store (local.get $frame) (i32.const 1))
      (call $fail (i32.load (local.get $frame)))
      (global.set $stack_pointer (i32.add (local.get $frame) (i32.const 1024)))))`);

  test("works after 100 calls in a row in which the host threw", async () => {
    let calls = 0;
    const fail = () => {
      calls += 1;
      if (calls <= 100) throw new Error(`failure ${calls}`);
    };
    await using plugin = await createPlugin(guest, { functions: user({ fail }) });
    for (let i = 1; i <= 100; i++)
      await expectFailure(plugin.call("run"), "HOST_FUNCTION_FAILED", `failure ${i}`);
    expect((await plugin.call("run")).length).toBe(0);
  });
});

describe("a guest that catches a host failure", () => {
  const guest = compileWat(`(module
    (import "extism:host/user" "fail" (func $fail))
    (import "extism:host/user" "count" (func $count))
    (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
    (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (func (export "host_function")
      (try (do (call $fail)) (catch_all))
      (try (do (call $count)) (catch_all))
      (call $output_set (i64.const 0) (i64.const 0)))
    (func (export "bad_range")
      (try (do (call $output_set (i64.const -1) (i64.const 1))) (catch_all))
      (try (do (call $count)) (catch_all)))
    (func (export "var_limit")
      (try (do (call $var_set (call $alloc (i64.const 1)) (call $alloc (i64.const 100)))) (catch_all))
      (try (do (call $count)) (catch_all)))
    (func (export "fine") (call $count)))`);

  test.each([
    ["host_function", "HOST_FUNCTION_FAILED", "the first"],
    ["bad_range", "TRAP", "outside"],
    ["var_limit", "VAR_LIMIT", "10"],
  ] as [string, ErrorCode, string][])(
    "gets nothing more served, and fails with the first (%s)",
    async (name, code, says) => {
      let counted = 0;
      const functions = user({
        fail: () => {
          throw new Error("the first");
        },
        count: () => {
          counted += 1;
        },
      });
      await using plugin = await createPlugin(guest, { functions, memory: { maxVarBytes: 10 } });
      await expectFailure(plugin.call(name), code, says);
      expect(counted).toBe(0);
      await plugin.call("fine");
      expect(counted).toBe(1);
    },
  );
});
