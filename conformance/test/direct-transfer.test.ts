import { createPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { compileWat } from "../abi/guests.ts";
import { expectFailure, watchOtherPlugins } from "./witness.ts";

watchOtherPlugins();

/**
 * Calls one of the four copy functions with whatever numbers its input holds: slot, then three arguments, then what
 * to add to the address: 0 nothing, 1 a live block of 16 bytes, 2 a freed one.
 */
const guest = compileWat(`(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (type $input (func (param i32 i32 i32)))
  (type $output (func (param i32 i32)))
  (type $load (func (param i32 i64 i32)))
  (type $store (func (param i64 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "guest memory")
  (table (export "table") 3 funcref)
  (global $direct (export "mortise_direct") (mut i32) (i32.const 0))

  (func $argument (param $index i64) (result i64)
    (call $input_load_u64 (i64.mul (local.get $index) (i64.const 8))))
  (func $argument32 (param $index i64) (result i32)
    (i32.wrap_i64 (call $argument (local.get $index))))
  (func $block (result i64) (local $handle i64)
    (if (i64.eqz (call $argument (i64.const 4))) (then (return (i64.const 0))))
    (local.set $handle (call $alloc (i64.const 16)))
    (call $store_u8 (local.get $handle) (i32.const 65))
    (if (i64.eq (call $argument (i64.const 4)) (i64.const 2)) (then (call $free (local.get $handle))))
    (local.get $handle))

  (func (export "is_offered") (result i32) (i32.eqz (global.get $direct)))

  (func (export "input")
    (call_indirect (type $input)
      (call $argument32 (i64.const 1)) (call $argument32 (i64.const 2)) (call $argument32 (i64.const 3))
      (global.get $direct)))
  (func (export "output")
    (call_indirect (type $output)
      (call $argument32 (i64.const 1)) (call $argument32 (i64.const 2))
      (i32.add (global.get $direct) (i32.const 1))))
  (func (export "load")
    (call_indirect (type $load)
      (call $argument32 (i64.const 1))
      (i64.add (call $block) (call $argument (i64.const 2)))
      (call $argument32 (i64.const 3))
      (i32.add (global.get $direct) (i32.const 2))))
  (func (export "store")
    (call_indirect (type $store)
      (i64.add (call $block) (call $argument (i64.const 1)))
      (call $argument32 (i64.const 2)) (call $argument32 (i64.const 3))
      (i32.add (global.get $direct) (i32.const 3)))))`);

const NOTHING = 0n;
const LIVE = 1n;
const FREED = 2n;
const MEMORY = 65_536n;
const LAST = 0xffff_ffffn;
const HIGH = 1n << 32n;

function argumentsOf(...values: bigint[]): Uint8Array {
  const [a = 0n, b = 0n, c = 0n, block = NOTHING] = values;
  return new Uint8Array(BigInt64Array.of(0n, a, b, c, block).buffer);
}

const INPUT_BYTES = 40n;

const bad: Record<string, Record<string, bigint[]>> = {
  input: {
    "to the end of guest memory, and over": [MEMORY - 8n, 0n, 9n],
    "to behind guest memory": [MEMORY, 0n, 1n],
    "to an address that wraps": [LAST, 0n, 2n],
    "of 4 GiB": [0n, 0n, LAST],
    "from behind the input": [0n, INPUT_BYTES, 1n],
    "from inside the input, and over its end": [0n, 8n, INPUT_BYTES - 7n],
    "from an offset that wraps": [0n, LAST, 2n],
  },
  output: {
    "from the end of guest memory, and over": [MEMORY - 8n, 9n],
    "from behind guest memory": [MEMORY, 1n],
    "from an address that wraps": [LAST, 2n],
    "of 4 GiB": [0n, LAST],
  },
  load: {
    "to the end of guest memory, and over": [MEMORY - 8n, 0n, 9n, LIVE],
    "to an address that wraps": [LAST, 0n, 2n, LIVE],
    "from null": [0n, 0n, 1n, NOTHING],
    "from the kernel's own state": [0n, 16n, 4n, NOTHING],
    "from behind a block": [0n, 16n, 1n, LIVE],
    "from inside a block, and over its end": [0n, 8n, 9n, LIVE],
    "from before a block": [0n, -1n, 2n, LIVE],
    "from a freed block": [0n, 0n, 16n, FREED],
    "from an address beyond 32 bits": [0n, HIGH, 1n, LIVE],
    "of 4 GiB": [0n, 0n, LAST, LIVE],
    "from an address of -1": [0n, -1n, 1n, NOTHING],
  },
  store: {
    "from the end of guest memory, and over": [0n, MEMORY - 8n, 9n, LIVE],
    "from an address that wraps": [0n, LAST, 2n, LIVE],
    "to null": [0n, 0n, 1n, NOTHING],
    "to the kernel's own state": [16n, 0n, 4n, NOTHING],
    "to behind a block": [16n, 0n, 1n, LIVE],
    "to inside a block, and over its end": [8n, 0n, 9n, LIVE],
    "to before a block": [-1n, 0n, 2n, LIVE],
    "to a freed block": [0n, 0n, 16n, FREED],
    "to an address beyond 32 bits": [HIGH, 0n, 1n, LIVE],
    "of 4 GiB": [0n, 0n, LAST, LIVE],
    "to an address of -1": [-1n, 0n, 1n, NOTHING],
  },
};

const good: [string, bigint[]][] = [
  ["input", [MEMORY - INPUT_BYTES, 0n, INPUT_BYTES]],
  ["input", [0n, INPUT_BYTES - 1n, 1n]],
  ["input", [MEMORY, 0n, 0n]],
  ["output", [MEMORY - 8n, 8n]],
  ["load", [MEMORY - 16n, 0n, 16n, LIVE]],
  ["load", [0n, 15n, 1n, LIVE]],
  ["store", [0n, MEMORY - 16n, 16n, LIVE]],
  ["store", [15n, 0n, 1n, LIVE]],
];

describe("direct transfer", () => {
  for (const [name, ranges] of Object.entries(bad)) {
    test.each(Object.entries(ranges))(`refuses ${name} %s, and works afterwards`, async (_, values) => {
      await using plugin = await createPlugin(guest);
      await expectFailure(plugin.call(name, argumentsOf(...values)), "TRAP", "direct transfer outside");
      expect((await plugin.call("output", argumentsOf(0n, 12n))).text()).toBe("guest memory");
    });
  }

  test.each(good)("grants %s up to the last byte", async (name, values) => {
    await using plugin = await createPlugin(guest);
    await plugin.call("is_offered");
    await plugin.call(name, argumentsOf(...values));
  });

  test("reads all of guest memory, and gives all of it to the output", async () => {
    await using plugin = await createPlugin(guest);
    const output = await plugin.call("output", argumentsOf(0n, MEMORY));
    expect(output.length).toBe(Number(MEMORY));
    expect(new TextDecoder().decode(output.bytes().subarray(0, 12))).toBe("guest memory");
  });

  test("respects the output limit", async () => {
    await using plugin = await createPlugin(guest, { limits: { maxOutputBytes: 100 } });
    await expectFailure(plugin.call("output", argumentsOf(0n, 101n)), "OUTPUT_LIMIT", "100");
    expect((await plugin.call("output", argumentsOf(0n, 100n))).length).toBe(100);
  });

  const announcements = {
    "an i64": `(global (export "mortise_direct") (mut i64) (i64.const 0))`,
    "an f32": `(global (export "mortise_direct") (mut f32) (f32.const 0))`,
    "an f64": `(global (export "mortise_direct") (mut f64) (f64.const 0))`,
    "a constant": `(global (export "mortise_direct") i32 (i32.const 0))`,
    "a reference": `(global (export "mortise_direct") (mut externref) (ref.null extern))`,
    "a function": `(func (export "mortise_direct"))`,
  };

  test.each(Object.entries(announcements))("leaves a guest alone whose global is %s", async (_, field) => {
    const other = compileWat(`(module (memory (export "memory") 1) (table (export "table") 3 funcref)
      ${field} (func (export "size") (result i32) (i32.ne (table.size) (i32.const 3))))`);
    await using plugin = await createPlugin(other);
    expect((await plugin.call("size")).length).toBe(0);
  });

  const tables = {
    "a table that cannot grow": `(table (export "table") 3 3 funcref)`,
    "a table that can grow by too little": `(table (export "table") 3 6 funcref)`,
    "a table of something else": `(table (export "table") 3 externref)`,
    "no table": `(table 3 funcref)`,
  };

  test.each(Object.entries(tables))("leaves a guest alone that has %s", async (_, table) => {
    const other = compileWat(`(module (memory (export "memory") 1) ${table}
      (global $direct (export "mortise_direct") (mut i32) (i32.const 0))
      (func (export "is_plain") (result i32) (global.get $direct)))`);
    await using plugin = await createPlugin(other);
    expect((await plugin.call("is_plain")).length).toBe(0);
  });
});
