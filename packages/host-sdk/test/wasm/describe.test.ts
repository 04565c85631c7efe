import { describe, expect, test } from "vitest";
import { describeCompiled, describeModule } from "../../src/wasm/describe.ts";
import { binary, wat } from "./support/binary.ts";

describe("describeModule", () => {
  test("describes an empty module as empty", () => {
    expect(describeModule(binary())).toEqual({
      imports: [],
      exports: [],
      memories: [],
      tables: [],
      tags: [],
      usesGc: false,
      customSections: [],
    });
  });

  test("gives the imports in order, with their types", () => {
    const { imports } = describeModule(
      wat(`(module
        (import "extism:host/env" "alloc" (func (param i64) (result i64)))
        (import "env" "both" (func (param i32 f32 f64 v128 externref funcref) (result i32 i64)))
        (import "env" "memory" (memory 2 5))
        (import "env" "table" (table 3 funcref))
        (import "env" "counter" (global (mut i64)))
        (import "env" "error" (tag (param i32))))`),
    );
    expect(imports).toEqual([
      {
        module: "extism:host/env",
        name: "alloc",
        kind: "function",
        type: { params: ["i64"], results: ["i64"] },
      },
      {
        module: "env",
        name: "both",
        kind: "function",
        type: { params: ["i32", "f32", "f64", "v128", "externref", "funcref"], results: ["i32", "i64"] },
      },
      {
        module: "env",
        name: "memory",
        kind: "memory",
        type: { minPages: 2, maxPages: 5, shared: false, memory64: false, imported: true },
      },
      {
        module: "env",
        name: "table",
        kind: "table",
        type: { element: "funcref", minEntries: 3, table64: false, imported: true },
      },
      { module: "env", name: "counter", kind: "global", type: { value: "i64", mutable: true } },
      { module: "env", name: "error", kind: "tag", type: { params: ["i32"], results: [] } },
    ]);
  });

  test("gives the exports in order, with types found past the imports of their kind", () => {
    const { exports } = describeModule(
      wat(`(module
        (import "env" "f" (func (param i32)))
        (import "env" "g" (global f32))
        (func (export "run") (result i32) (i32.const 0))
        (memory (export "memory") 1)
        (table (export "table") 1 externref)
        (global (export "mortise_direct") (mut i32) (i32.const 0))
        (tag (export "error") (param i64))
        (export "again" (func 0)))`),
    );
    expect(exports).toEqual([
      { name: "run", kind: "function", type: { params: [], results: ["i32"] } },
      {
        name: "memory",
        kind: "memory",
        type: { minPages: 1, shared: false, memory64: false, imported: false },
      },
      {
        name: "table",
        kind: "table",
        type: { element: "externref", minEntries: 1, table64: false, imported: false },
      },
      { name: "mortise_direct", kind: "global", type: { value: "i32", mutable: true } },
      { name: "error", kind: "tag", type: { params: ["i64"], results: [] } },
      { name: "again", kind: "function", type: { params: ["i32"], results: [] } },
    ]);
  });

  test("lists imported memories before defined ones and tells shared and 64-bit ones", () => {
    const module = binary(
      [2, 1, 1, 0x61, 1, 0x6d, 2, 0x03, 1, 2],
      [5, 2, 0x04, 1, 0x05, 1, 0x80, 0x80, 0x04],
    );
    expect(describeModule(module).memories).toEqual([
      { minPages: 1, maxPages: 2, shared: true, memory64: false, imported: true },
      { minPages: 1, shared: false, memory64: true, imported: false },
      { minPages: 1, maxPages: 65_536, shared: false, memory64: true, imported: false },
    ]);
  });

  test("reads 64-bit tables, and gives a size beyond safe integers as the largest safe one", () => {
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(describeModule(binary([4, 1, 0x70, 0x05, 7, ...max])).tables).toEqual([
      {
        element: "funcref",
        minEntries: 7,
        maxEntries: Number.MAX_SAFE_INTEGER,
        table64: true,
        imported: false,
      },
    ]);
  });

  test("reads tables with an initial value, and reference types of several bytes", () => {
    const table = binary(
      [1, 1, 0x60, 0, 0],
      [4, 3, 0x40, 0, 0x64, 0, 0x00, 2, 0xd2, 0, 0x0b, 0x63, 0x6f, 0x00, 3, 0x63, 0x70, 0x00, 4],
    );
    expect(describeModule(table).tables).toEqual([
      { element: "ref", minEntries: 2, table64: false, imported: false },
      { element: "externref", minEntries: 3, table64: false, imported: false },
      { element: "funcref", minEntries: 4, table64: false, imported: false },
    ]);
  });

  test("numbers the members of recursion groups and subtypes one by one", () => {
    const types = [
      ...[3, 0x4e, 2, 0x60, 1, 0x7f, 0, 0x50, 0, 0x5f, 1, 0x64, 0, 1],
      ...[0x4f, 1, 1, 0x5f, 2, 0x64, 0, 1, 0x78, 0],
      ...[0x60, 0, 1, 0x7e],
    ];
    const { exports, usesGc } = describeModule(
      binary(
        [1, ...types],
        [3, 2, 0, 3],
        [7, 2, 1, 0x61, 0, 0, 1, 0x62, 0, 1],
        [10, 2, 2, 0, 0x0b, 2, 0, 0x0b],
      ),
    );
    expect(exports.map((entry) => entry.type)).toEqual([
      { params: ["i32"], results: [] },
      { params: [], results: ["i64"] },
    ]);
    expect(usesGc).toBe(true);
  });

  test.each([
    ["a struct type", [[1, 1, 0x5f, 0]]],
    ["an array type", [[1, 1, 0x5e, 0x77, 1]]],
    ["a table of exceptions", [[4, 1, 0x69, 0, 0]]],
    ["a global that holds an exception", [[6, 1, 0x64, 0x69, 1, 0xd0, 0x69, 0x0b]]],
    [
      "an exception that holds another",
      [
        [1, 1, 0x60, 1, 0x69, 0],
        [13, 1, 0, 0],
      ],
    ],
  ] satisfies [string, [number, ...number[]][]][])("says that %s uses the collected heap", (_, sections) => {
    expect(describeModule(binary(...sections)).usesGc).toBe(true);
  });

  test("does not count recursion groups of functions as use of the collected heap", () => {
    expect(describeModule(binary([1, 1, 0x4e, 2, 0x60, 0, 0, 0x60, 1, 0x64, 0, 0])).usesGc).toBe(false);
  });

  test("passes over the initial values of globals", () => {
    const text = `(module
      (import "env" "base" (global i32))
      (func $f)
      (global i32 (i32.const -2147483648))
      (global i64 (i64.const -9223372036854775808))
      (global f32 (f32.const nan))
      (global f64 (f64.const 1e300))
      (global v128 (v128.const i64x2 11 11))
      (global funcref (ref.func $f))
      (global externref (ref.null extern))
      (global i32 (i32.add (global.get 0) (i32.mul (i32.const 3) (i32.sub (i32.const 4) (i32.const 5)))))
      (global (export "last") (mut f64) (f64.const 0)))`;
    expect(describeModule(wat(text)).exports).toEqual([
      { name: "last", kind: "global", type: { value: "f64", mutable: true } },
    ]);
  });

  test.each([
    ["struct.new", [0x41, 0x0b, 0xfb, 0, 1]],
    ["struct.new_default", [0xfb, 1, 1]],
    ["array.new", [0x41, 5, 0x41, 2, 0xfb, 6, 0]],
    ["array.new_default", [0x41, 2, 0xfb, 7, 0]],
    ["array.new_fixed", [0x41, 0x0b, 0xfb, 8, 0, 1]],
    ["ref.i31", [0x41, 5, 0xfb, 28]],
    ["extern.convert_any and back", [0x41, 5, 0xfb, 28, 0xfb, 27, 0xfb, 26]],
  ])("passes over %s in the initial value of a global", (_, expression) => {
    const types = [2, 0x5e, 0x7f, 0, 0x5f, 1, 0x7f, 0];
    const globals = [2, 0x6e, 0, ...expression, 0x0b, 0x7f, 1, 0x41, 0, 0x0b];
    const module = binary([1, ...types], [6, ...globals], [7, 1, 1, 0x67, 3, 1]);
    expect(describeModule(module).exports).toEqual([
      { name: "g", kind: "global", type: { value: "i32", mutable: true } },
    ]);
  });

  test("lists the custom sections wherever they stand", () => {
    const module = binary([0, 1, 0x61, 9], [5, 0], [0, 2, 0xc3, 0xa9], [0, 1, 0x61]);
    expect(describeModule(module).customSections).toEqual(["a", "é", "a"]);
  });

  test("keeps a byte order mark in a name, as the engine does", () => {
    const module = binary([5, 1, 0, 1], [7, 1, 4, 0xef, 0xbb, 0xbf, 0x61, 2, 0]);
    expect(describeModule(module).exports[0]?.name).toBe("\ufeffa");
    expect(WebAssembly.Module.exports(new WebAssembly.Module(module))[0]?.name).toBe("\ufeffa");
  });

  test("passes over code and data without reading them", () => {
    const body = new Uint8Array(32 * 1024 * 1024).fill(0xff);
    body.set([1]);
    const header = binary([1, 1, 0x60, 0, 0], [3, 1, 0]);
    const size = [0x80, 0x80, 0x80, 0x10];
    const module = new Uint8Array(header.length + 5 + body.length);
    module.set(header);
    module.set([10, ...size], header.length);
    module.set(body, header.length + 5);
    expect(describeModule(module).exports).toEqual([]);
  });
});

describe("describeCompiled", () => {
  test("gives names and kinds without types", () => {
    const module = wat(`(module
      (import "env" "f" (func (param i32)))
      (import "env" "error" (tag))
      (memory (export "memory") 1)
      (func (export "run")))`);
    expect(describeCompiled(new WebAssembly.Module(module))).toEqual({
      imports: [
        { module: "env", name: "f", kind: "function" },
        { module: "env", name: "error", kind: "tag" },
      ],
      exports: [
        { name: "memory", kind: "memory" },
        { name: "run", kind: "function" },
      ],
    });
  });
});
