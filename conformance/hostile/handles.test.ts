import { createPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, survives, withPlugin } from "./support/attack.ts";
import { countdown, guest } from "./support/wat.ts";

watchOtherPlugins();

/** Passes the number in its input to one import each. */
const wild = guest(`
  (import "extism:host/user" "read" (func $read (param i64) (result i32)))
  (func $number (result i64) (call $input_load_u64 (i64.const 0)))
  (func (export "kernel") (result i32) (local $n i64)
    (local.set $n (call $number))
    (call $store_u8 (local.get $n) (i32.const 0xff))
    (call $store_u64 (local.get $n) (i64.const -1))
    (call $free (local.get $n))
    (i64.ne (i64.const 0)
      (i64.or (i64.or (call $length (local.get $n)) (call $load_u64 (local.get $n)))
        (i64.extend_i32_u (call $load_u8 (local.get $n))))))
  (func (export "host_function") (result i32) (call $read (call $number)))
  (func (export "output_set") (call $output_set (call $number) (i64.const 8)))
  (func (export "config_get") (drop (call $config_get (call $number))))
  (func (export "var_get") (drop (call $var_get (call $number))))
  (func (export "var_set") (call $var_set (i64.const 0) (call $number)))
  (func (export "log_error") (call $log_error (call $number)))
  (func (export "http_request") (drop (call $http_request (call $number) (i64.const 0))))
  (func (export "error_set") (call $error_set (call $number)))`);

const numbers: Record<string, bigint> = {
  "an address in the kernel's own state": 16n,
  "an address before the first block": 1n,
  "an address behind kernel memory": 1n << 30n,
  "2^32 and a little": (1n << 32n) + 1024n,
  "2^63": 1n << 63n,
  "-1": -1n,
  "-8": -8n,
};

const word = (number: bigint) => new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, number)).buffer);
const options = {
  functions: {
    "extism:host/user": {
      read: (plugin: { read(n: bigint): unknown }, n: bigint) => (plugin.read(n) === null ? 0 : 1),
    },
  },
  logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
};

describe("a wild handle", () => {
  attack("a handle that is none, in every import", (place) =>
    withPlugin(place, wild, options, async (plugin) => {
      for (const number of Object.values(numbers)) {
        const input = word(number);
        expect((await plugin.call("kernel", input)).length).toBe(0);
        expect((await plugin.call("host_function", input)).length).toBe(0);
        await expectFailure(plugin.call("output_set", input), "TRAP", "outside kernel memory");
        for (const name of ["config_get", "var_get", "var_set", "log_error", "http_request"]) {
          await expectFailure(plugin.call(name, input), "TRAP", "not a live block");
        }
        await expectFailure(plugin.call("error_set", input), "PLUGIN_FAILED");
        await expectFine(plugin);
      }
    }),
  );
});

describe("the kernel's state", () => {
  /** Writes to every address below the first block, and everywhere behind the last one, and looks for what it wrote. */
  const prober = guest(`
    (func $probe (param $from i64) (param $n i64) (result i64) (local $at i64) (local $found i64)
      ${countdown(`
        (local.set $at (i64.add (local.get $from) (local.get $n)))
        (call $store_u8 (local.get $at) (i32.const 0xa5))
        (local.set $found (i64.or (local.get $found) (i64.extend_i32_u (call $load_u8 (local.get $at)))))`)}
      (local.get $found))
    (func (export "below") (result i32) (local $block i64)
      (local.set $block (call $alloc (i64.const 16)))
      (i64.ne (i64.const 0) (call $probe (i64.const -1) (i64.const 1024))))
    (func (export "wraps") (result i32)
      (i64.ne (i64.const 0)
        (i64.or (call $probe (i64.const 0xffffff00) (i64.const 1024)) (call $probe (i64.const -1024) (i64.const 1024)))))
    (func (export "echo")
      (call $output_set (call $input_offset) (call $input_length)))
    (func (export "scribble") (local $block i64) (local $n i64)
      ;; Everything that stores reach: its own blocks, and whatever lies between them.
      (local.set $block (call $alloc (i64.const 64)))
      (call $free (call $alloc (i64.const 64)))
      (drop (call $probe (i64.const -1) (i64.const 200000)))
      (call $output_set (local.get $block) (i64.const 64)))`);

  attack("stores to the kernel's own state", (place) =>
    withPlugin(place, prober, {}, async (plugin) => {
      expect((await plugin.call("below")).length).toBe(0);
      expect((await plugin.call("wraps")).length).toBe(0);
      expect((await plugin.call("echo", "intact")).text()).toBe("intact");
    }),
  );

  attack("stores to all of kernel memory", (place) =>
    withPlugin(place, prober, {}, async (plugin) => {
      expect([...(await plugin.call("scribble", "input")).bytes()]).toEqual(new Array(64).fill(0xa5));
      expect((await plugin.call("echo", "intact")).text()).toBe("intact");
      await expectFine(plugin);
    }),
  );
});

describe("direct transfer", () => {
  /** Calls a slot with the three numbers of its input. */
  const direct = guest(`
    (memory (export "memory") 1)
    (table (export "table") 1 funcref)
    (global $direct (export "mortise_direct") (mut i32) (i32.const 0))
    (type $input (func (param i32 i32 i32)))
    (type $output (func (param i32 i32)))
    (type $load (func (param i32 i64 i32)))
    (type $store (func (param i64 i32 i32)))
    (func $wide (param $n i64) (result i64) (call $input_load_u64 (i64.mul (local.get $n) (i64.const 8))))
    (func $narrow (param $n i64) (result i32) (i32.wrap_i64 (call $wide (local.get $n))))
    (func (export "input") (call_indirect (type $input)
      (call $narrow (i64.const 0)) (call $narrow (i64.const 1)) (call $narrow (i64.const 2)) (global.get $direct)))
    (func (export "output") (call_indirect (type $output)
      (call $narrow (i64.const 0)) (call $narrow (i64.const 1)) (i32.add (global.get $direct) (i32.const 1))))
    (func (export "load") (call_indirect (type $load)
      (call $narrow (i64.const 0)) (call $wide (i64.const 1)) (call $narrow (i64.const 2))
      (i32.add (global.get $direct) (i32.const 2))))
    (func (export "store") (call_indirect (type $store)
      (call $wide (i64.const 0)) (call $narrow (i64.const 1)) (call $narrow (i64.const 2))
      (i32.add (global.get $direct) (i32.const 3))))
    (func (export "forged_index") (global.set $direct (i32.const 1000000))
      (call_indirect (type $output) (i32.const 0) (i32.const 0) (global.get $direct)))
    (func (export "forged_type")
      (call_indirect (type $store) (i64.const 0) (i32.const 0) (i32.const 0) (global.get $direct)))`);
  const numbersOf = (...values: bigint[]) =>
    new Uint8Array(BigUint64Array.from(values, (value) => BigInt.asUintN(64, value)).buffer);
  const ranges: readonly (readonly [string, ...bigint[]])[] = [
    ["input", 65_530n, 0n, 24n],
    ["input", 0n, 1n, 24n],
    ["input", -1n, 0n, 2n],
    ["input", 0n, 0n, -1n],
    ["output", 65_530n, 24n, 0n],
    ["output", -1n, 2n, 0n],
    ["load", 0n, 16n, 4n],
    ["load", 0n, 0n, 1n],
    ["load", 0n, -1n, 1n],
    ["store", 16n, 0n, 4n],
    ["store", 0n, 0n, 1n],
    ["store", 1n << 32n, 0n, 1n],
  ];

  attack("direct transfer outside guest memory, block and input", (place) =>
    withPlugin(place, direct, {}, async (plugin) => {
      for (const [name, ...values] of ranges) {
        const input = numbersOf(...values);
        await expectFailure(plugin.call(name, input), "TRAP", "direct transfer outside");
        await expectFine(plugin);
      }
    }),
  );

  attack("a forged index, or another slot's signature", (place) =>
    withPlugin(place, direct, {}, async (plugin) => {
      await survives(plugin, "forged_index", { code: "TRAP" });
      await survives(plugin, "forged_type", { code: "TRAP" });
      expect((await plugin.call("output", numbersOf(0n, 4n, 0n))).length).toBe(4);
    }),
  );

  const forged: Record<string, string> = {
    "a global that is set already": `(table (export "table") 1 funcref)
      (global (export "mortise_direct") (mut i32) (i32.const 7))`,
    "a global of another type": `(table (export "table") 1 funcref)
      (global (export "mortise_direct") (mut i64) (i64.const 0))`,
    "a table of references": `(table (export "table") 1 externref)
      (global (export "mortise_direct") (mut i32) (i32.const 0))`,
    "a table without room": `(table (export "table") 1 4 funcref)
      (global (export "mortise_direct") (mut i32) (i32.const 0))`,
    "a memory in the place of the table": `(export "table" (memory 0))
      (global (export "mortise_direct") (mut i32) (i32.const 0))`,
    "a function in the place of the global": `(table (export "table") 1 funcref)
      (func (export "mortise_direct"))`,
  };

  attack("a forged global or table for direct transfer", async (place) => {
    for (const fields of Object.values(forged)) {
      const source = guest(`(memory (export "memory") 1) ${fields}`);
      await withPlugin(place, source, {}, expectFine);
    }
  });
});

test("an address that is read in one plugin is nothing in another", async () => {
  const keeper = guest(`
    (func (export "keep") (local $block i64)
      (local.set $block (call $alloc (i64.const 8)))
      (call $store_u64 (local.get $block) (i64.const 0x5345435245542121))
      (call $output_set (local.get $block) (i64.const 8)))`);
  const reader = guest(`
    (func (export "read") (result i32) (local $n i64) (local $found i32)
      (local.set $n (i64.const 100000))
      ${countdown("(if (i64.eq (call $load_u64 (local.get $n)) (i64.const 0x5345435245542121)) (then (local.set $found (i32.const 1))))")}
      (local.get $found))`);
  await using first = await createPlugin(keeper);
  await using second = await createPlugin(reader);
  expect((await first.call("keep")).text()).toBe("!!TERCES");
  expect((await second.call("read")).length).toBe(0);
});
