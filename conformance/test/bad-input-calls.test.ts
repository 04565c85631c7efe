import { createPlugin, type ErrorCode, type HostFunctions, type PluginOptions } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { compileGuest, compileWat } from "../abi/guests.ts";
import { expectFailure, failureOf, watchOtherPlugins } from "./witness.ts";

watchOtherPlugins();

const user = (functions: HostFunctions[string]): HostFunctions => ({ "extism:host/user": functions });

/** One export per bad end that needs no host function; `fine` must work after each of them. */
const hostile = compileWat(`(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "log_error" (func $log_error (param i64)))
  (memory (export "memory") 1)
  (table (export "entries") 1 funcref)

  (func (export "unreachable") (unreachable))
  (func (export "takes_a_parameter") (param i32))
  (func $overflow (export "overflows_the_stack") (call $overflow))
  (func (export "sets_an_error_that_is_not_utf8") (local $text i64)
    (local.set $text (call $alloc (i64.const 2)))
    (call $store_u8 (local.get $text) (i32.const 0xc3))
    (call $store_u8 (i64.add (local.get $text) (i64.const 1)) (i32.const 0x28))
    (call $error_set (local.get $text)))
  (func (export "sets_an_error_that_is_no_block") (call $error_set (i64.const 12345)))
  (func (export "grows_its_memory_for_ever")
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (unreachable))
  (func (export "allocates_for_ever")
    (loop $again
      (br_if $again (i64.ne (call $alloc (i64.const 65536)) (i64.const 0))))
    (unreachable))
  (func (export "grows_its_table_for_ever")
    (loop $again
      (br_if $again (i32.ne (table.grow (ref.null func) (i32.const 1000)) (i32.const -1))))
    (unreachable))
  (func (export "grows_its_table_to_the_limit") (result i32)
    (loop $again
      (br_if $again (i32.ne (table.grow (ref.null func) (i32.const 1000)) (i32.const -1))))
    (i32.ne (table.size) (i32.const 9001)))
  (func (export "logs_for_ever")
    (loop $again
      (call $log_error (call $alloc (i64.const 4096)))
      (br $again)))
  (func (export "outputs_too_much")
    (call $output_set (call $alloc (i64.const 2000)) (i64.const 2000)))
  (func (export "fine")))`);

describe("a guest that ends badly", () => {
  const options: PluginOptions = {
    memory: { maxPages: 16 },
    limits: { maxTableEntries: 10_000, maxOutputBytes: 1999, maxLogBytes: 100_000 },
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  };

  test.each([
    ["absent", "EXPORT_MISSING", "absent"],
    ["memory", "EXPORT_MISSING", "memory"],
    ["takes_a_parameter", "EXPORT_MISSING", "i32"],
    ["unreachable", "TRAP", "unreachable"],
    ["overflows_the_stack", "TRAP", "stack"],
    ["sets_an_error_that_is_not_utf8", "PLUGIN_FAILED", "\ufffd("],
    ["sets_an_error_that_is_no_block", "PLUGIN_FAILED", ""],
    ["grows_its_memory_for_ever", "MEMORY_LIMIT", "16"],
    ["allocates_for_ever", "MEMORY_LIMIT", "16"],
    ["grows_its_table_for_ever", "TRAP", "unreachable"],
    ["logs_for_ever", "OUTPUT_LIMIT", "100000"],
    ["outputs_too_much", "OUTPUT_LIMIT", "1999"],
  ] as [string, ErrorCode, string][])("%s: %s, and the next call works", async (name, code, says) => {
    await using plugin = await createPlugin(hostile, options);
    const error = await expectFailure(plugin.call(name), code, says);
    expect(error.export).toBe(name);
    expect((await plugin.call("fine")).length).toBe(0);
    await expectFailure(() => plugin.callSync(name), code, says);
    expect(plugin.callSync("fine").length).toBe(0);
  });

  test("a table grows up to its limit, and no further", async () => {
    await using plugin = await createPlugin(hostile, options);
    expect((await plugin.call("grows_its_table_to_the_limit")).length).toBe(0);
  });

  test("a trap keeps the engine's error, with its stack, as the cause", async () => {
    await using plugin = await createPlugin(hostile);
    const { cause } = await failureOf(plugin.call("unreachable"));
    expect(cause).toBeInstanceOf(WebAssembly.RuntimeError);
    expect((cause as Error).stack).toContain("wasm");
  });

  test("arguments of the wrong type are TypeErrors", async () => {
    await using plugin = await createPlugin(hostile);
    for (const call of [
      () => plugin.call(1 as never),
      () => plugin.call("fine", 1 as never),
      () => plugin.call("fine", {} as never),
      () => plugin.call("fine", null as never),
    ]) {
      await expect(call()).rejects.toThrow(TypeError);
    }
  });
});

describe("handles that are none", () => {
  const guests = ["config", "vars", "log"];
  const wildExports = ["wild_key", "freed_key", "get_wild", "set_wild_key", "set_wild_value", "wild"];

  test.each(guests)("fail what reads them (%s), and not the next call", async (name) => {
    const functions = user({ empty_block: () => 0n });
    await using plugin = await createPlugin(compileGuest(name), { functions });
    const wild = wildExports.filter((each) => plugin.has(each));
    expect(wild).not.toEqual([]);
    for (const each of wild) await expectFailure(plugin.call(each, "k=v"), "TRAP", "not a live block");
  });
});
