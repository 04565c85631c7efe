import { describe, expect, test } from "vitest";
import { describeModule } from "../../src/wasm/describe.ts";
import { limitModule, MAX_MEMORIES, MAX_TABLES, MAX_TAG_PARAMETERS } from "../../src/wasm/limit.ts";
import { binary, compile, rawBinary, wat } from "./support/binary.ts";
import { expectPluginError } from "./support/expect-error.ts";

const LIMITS = { maxPages: 10, maxTableEntries: 100 };

function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  imports: WebAssembly.Imports = {},
): Record<string, CallableFunction> {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  return instance.exports as Record<string, CallableFunction>;
}

const growing = (limits: string) =>
  wat(`(module (memory ${limits})
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`);

const growingTable = (limits: string, type = "funcref", none = "func") =>
  wat(`(module (table ${limits} ${type})
    (func (export "grow") (param i32) (result i32) (table.grow (ref.null ${none}) (local.get 0))))`);

describe("memories", () => {
  test("the engine refuses to grow a memory without maximum beyond the cap", () => {
    const { grow } = instantiate(limitModule(growing("4"), LIMITS).bytes);
    expect([grow!(7), grow!(6), grow!(1), grow!(0)]).toEqual([-1, 4, -1, 10]);
  });

  test("the engine refuses to grow a memory with a higher maximum beyond the cap", () => {
    const { grow } = instantiate(limitModule(growing("4 65536"), LIMITS).bytes);
    expect([grow!(7), grow!(6), grow!(1)]).toEqual([-1, 4, -1]);
  });

  test("a lower declared maximum stays", () => {
    const { grow } = instantiate(limitModule(growing("4 5"), LIMITS).bytes);
    expect([grow!(2), grow!(1)]).toEqual([-1, 4]);
  });

  test("a module that starts at the cap loads and cannot grow", () => {
    const { grow } = instantiate(limitModule(growing("10"), LIMITS).bytes);
    expect(grow!(1)).toBe(-1);
  });

  test("a module that starts over the cap is refused with both numbers", () => {
    expectPluginError(() => limitModule(growing("11"), LIMITS), "MEMORY_LIMIT", "11 pages", "10 pages");
  });

  test("with a cap of no pages, an empty memory stays empty", () => {
    const { grow } = instantiate(limitModule(growing("0"), { ...LIMITS, maxPages: 0 }).bytes);
    expect([grow!(0), grow!(1)]).toEqual([0, -1]);
  });

  test("a cap beyond what 32 bits can address becomes the largest memory they can", () => {
    const { bytes, description } = limitModule(growing("1"), { ...LIMITS, maxPages: 2 ** 40 });
    expect(description.memories[0]?.maxPages).toBe(65_536);
    expect(compile(bytes)).toBeDefined();
  });

  test("every memory of several is capped by itself", () => {
    const module = binary([5, 4, 0, 1, 1, 2, 200, 1, 0, 0, 1, 3, 3]);
    expect(limitModule(module, LIMITS).description.memories.map((memory) => memory.maxPages)).toEqual([
      10, 10, 10, 3,
    ]);
  });

  test("a shared memory stays shared", () => {
    const { bytes, description } = limitModule(
      binary([5, 1, 3, 1, 0xff, 0xff, 0x03], [7, 1, 1, 0x6d, 2, 0]),
      LIMITS,
    );
    expect(description.memories).toEqual([
      { minPages: 1, maxPages: 10, shared: true, memory64: false, imported: false },
    ]);
    const { m } = instantiate(bytes) as unknown as { m: WebAssembly.Memory };
    expect(m.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(() => m.grow(10)).toThrow(RangeError);
  });

  test("64-bit memories are capped, however large their maximum", () => {
    const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]; // 2^48
    const { bytes, description } = limitModule(binary([5, 3, 4, 1, 5, 2, ...huge, 7, 2, ...huge]), LIMITS);
    expect(description.memories).toEqual([
      { minPages: 1, maxPages: 10, shared: false, memory64: true, imported: false },
      { minPages: 2, maxPages: 10, shared: false, memory64: true, imported: false },
      { minPages: 2, maxPages: 10, shared: true, memory64: true, imported: false },
    ]);
    expect([...bytes.subarray(8)]).toEqual([5, 10, 3, 5, 1, 10, 5, 2, 10, 7, 2, 10]);
  });

  test("a 64-bit memory that starts over the cap is refused, also where a 32-bit reading would be small", () => {
    const module = binary([5, 1, 4, 0x81, 0x80, 0x80, 0x80, 0x10]); // 2^32 + 1
    expectPluginError(() => limitModule(module, LIMITS), "MEMORY_LIMIT", "4294967297 pages");
  });

  test("more memories than the cap may be multiplied by are refused", () => {
    const module = (count: number) =>
      binary([5, count, ...Array.from({ length: count }, () => [0, 1]).flat()]);
    expect(limitModule(module(MAX_MEMORIES), LIMITS).description.memories).toHaveLength(MAX_MEMORIES);
    expectPluginError(() => limitModule(module(MAX_MEMORIES + 1), LIMITS), "MEMORY_LIMIT", "17 memories");
  });
});

describe("tables", () => {
  test("the engine refuses to grow a table without maximum beyond the cap", () => {
    const { grow } = instantiate(limitModule(growingTable("40"), LIMITS).bytes);
    expect([grow!(61), grow!(60), grow!(1)]).toEqual([-1, 40, -1]);
  });

  test("the cap holds for tables of any reference type, and a lower maximum stays", () => {
    const { grow } = instantiate(limitModule(growingTable("40 50", "externref", "extern"), LIMITS).bytes);
    expect([grow!(11), grow!(10)]).toEqual([-1, 40]);
  });

  test("tables that start over the cap are refused with both numbers", () => {
    expectPluginError(
      () => limitModule(growingTable("101"), LIMITS),
      "MEMORY_LIMIT",
      "101 table entries",
      "100",
    );
  });

  test("tables that start over the cap only together are refused", () => {
    const module = binary([4, 2, 0x70, 0, 60, 0x6f, 0, 41]);
    expectPluginError(() => limitModule(module, LIMITS), "MEMORY_LIMIT", "101 table entries");
  });

  test("64-bit tables are capped, and their sizes do not wrap around", () => {
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]; // 2^64 - 1
    const { bytes } = limitModule(binary([4, 1, 0x70, 5, 1, ...max]), LIMITS);
    expect([...bytes.subarray(8)]).toEqual([4, 5, 1, 0x70, 5, 1, 100]);
    const wrapping = binary([4, 2, 0x70, 4, ...max, 0x70, 4, 1]);
    expectPluginError(
      () => limitModule(wrapping, LIMITS),
      "MEMORY_LIMIT",
      "18446744073709551616 table entries",
    );
  });

  test("a cap beyond what 32 bits can index becomes the largest table they can", () => {
    const { bytes, description } = limitModule(growingTable("1"), { ...LIMITS, maxTableEntries: 2 ** 40 });
    expect(description.tables[0]?.maxEntries).toBe(2 ** 32 - 1);
    expect(compile(bytes)).toBeDefined();
  });

  test("a table with an initial value keeps it", () => {
    const table = [0x40, 0, 0x64, 0, 0, 2, 0xd2, 0, 0x0b];
    const { bytes } = limitModule(binary([1, 1, 0x60, 0, 0], [4, 2, ...table, 0x6f, 0, 1]), LIMITS);
    const patched = [0x40, 0, 0x64, 0, 1, 2, 100, 0xd2, 0, 0x0b];
    expect([...bytes.subarray(14)]).toEqual([4, 15, 2, ...patched, 0x6f, 1, 1, 100]);
  });

  test("more tables than the cap may be multiplied by are refused", () => {
    const module = (count: number) =>
      binary([4, count, ...Array.from({ length: count }, () => [0x70, 0, 1]).flat()]);
    expect(limitModule(module(MAX_TABLES), LIMITS).description.tables).toHaveLength(MAX_TABLES);
    expectPluginError(() => limitModule(module(MAX_TABLES + 1), LIMITS), "MEMORY_LIMIT", "17 tables");
  });
});

describe("imported memories and tables", () => {
  const importing = (memory: string) => wat(`(module (import "env" "memory" (memory ${memory})))`);

  test("one whose minimum is over the cap is refused", () => {
    expectPluginError(
      () => limitModule(importing("11"), LIMITS),
      "MEMORY_LIMIT",
      "imports a memory of 11 pages",
    );
    const table = wat(`(module (import "env" "table" (table 101 funcref)))`);
    expectPluginError(() => limitModule(table, LIMITS), "MEMORY_LIMIT", "101 table entries");
  });

  test("they count with the defined ones", () => {
    const imported = [1, 0x61, 1, 0x6d, 2, 0, 1];
    const module = binary([2, 1, ...imported], [5, 16, ...Array.from({ length: 16 }, () => [0, 1]).flat()]);
    expectPluginError(() => limitModule(module, LIMITS), "MEMORY_LIMIT", "17 memories");
  });

  test.each(["1", "1 3", "1 20", "1 65536"])("the declared limits %s are left as they are", (limits) => {
    const module = importing(limits);
    expect(limitModule(module, LIMITS).bytes).toBe(module);
  });

  test.each(["1", "1 10", "1 65536"])("an import with the limits %s links to a limited memory", (limits) => {
    const exporter = wat(`(module (memory (export "memory") 1))`);
    const env = instantiate(limitModule(exporter, LIMITS).bytes);
    const linked = limitModule(importing(limits), LIMITS).bytes;
    expect(() => instantiate(linked, { env } as unknown as WebAssembly.Imports)).not.toThrow();
  });
});

describe("exceptions", () => {
  test("a tag may carry only so many values", () => {
    const module = (count: number) => wat(`(module (tag (param ${"i64 ".repeat(count)})))`);
    expect(limitModule(module(MAX_TAG_PARAMETERS), LIMITS).description.tags).toHaveLength(1);
    expectPluginError(
      () => limitModule(module(MAX_TAG_PARAMETERS + 1), LIMITS),
      "UNSUPPORTED",
      "17 parameters",
    );
  });
});

describe("the patched module", () => {
  const text = `(module
    (import "env" "f" (func $f (param i32)))
    (memory (export "memory") 1)
    (table (export "table") 2 funcref)
    (global (export "g") (mut i32) (i32.const 7))
    (elem (i32.const 0) $f $run)
    (data (i32.const 8) "hello")
    (func $run (export "run") (result i32) (i32.load8_u (i32.const 12))))`;

  test("is the input itself where nothing has to change", () => {
    const small = wat(`(module (memory 1 2) (table 1 2 funcref))`);
    expect(limitModule(small, LIMITS).bytes).toBe(small);
    const limited = limitModule(wat(text), LIMITS).bytes;
    expect(limitModule(limited, LIMITS).bytes).toBe(limited);
  });

  test("does what the original did", () => {
    const { run, g } = instantiate(limitModule(wat(text), LIMITS).bytes, { env: { f() {} } });
    expect(run!()).toBe("o".charCodeAt(0));
    expect((g as unknown as WebAssembly.Global).value).toBe(7);
  });

  test("does not write into the input", () => {
    const input = wat(text);
    const before = input.slice();
    limitModule(input, LIMITS);
    expect(input).toEqual(before);
  });

  test("is described as it is, not as it was", () => {
    const { bytes, description } = limitModule(wat(text), LIMITS);
    expect(description).toEqual(describeModule(bytes));
    expect(description.memories[0]?.maxPages).toBe(10);
    expect(description.exports.find((entry) => entry.name === "memory")).toMatchObject({
      type: { maxPages: 10 },
    });
  });

  test("is made from exactly the view that was given", () => {
    const whole = wat(text);
    const around = new Uint8Array(whole.length + 20).fill(0xff);
    around.set(whole, 10);
    const view = around.subarray(10, 10 + whole.length);
    expect(limitModule(view, LIMITS).bytes).toEqual(limitModule(whole, LIMITS).bytes);
  });

  test("keeps sections that lie between, and grows a section size to the bytes that it needs", () => {
    const tables = Array.from({ length: 16 }, () => [0x6f, 0, 0]).flat();
    const padded = [0xb1, 0x80, 0x00]; // 49 in three bytes
    const limits = { ...LIMITS, maxTableEntries: 1_000_000 };
    const module = rawBinary(4, ...padded, 16, ...tables, 0, 2, 1, 0x61, 5, 3, 1, 0, 1);
    const { bytes } = limitModule(module, limits);
    const patched = Array.from({ length: 16 }, () => [0x6f, 1, 0, 0xc0, 0x84, 0x3d]).flat();
    expect([...bytes.subarray(8)]).toEqual([4, 97, 16, ...patched, 0, 2, 1, 0x61, 5, 4, 1, 1, 1, 10]);
    expect(compile(bytes)).toBeDefined();
  });

  test("does not turn an invalid module into a valid one", () => {
    expectPluginError(
      () => limitModule(binary([5, 1, 1, 1, 0x81, 0x80, 0x04]), LIMITS),
      "MODULE_INVALID",
      "beyond",
    );
  });
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("the limit %s is misuse", (limit) => {
  expect(() => limitModule(binary(), { ...LIMITS, maxPages: limit })).toThrow(TypeError);
  expect(() => limitModule(binary(), { ...LIMITS, maxTableEntries: limit })).toThrow(TypeError);
});
