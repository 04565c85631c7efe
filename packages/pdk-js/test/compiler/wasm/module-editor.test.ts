import fc from "fast-check";
import { expect, test } from "vitest";
import createWabt from "wabt";
import { ByteReader, ByteWriter } from "../../../src/compiler/wasm/bytes.ts";
import { ModuleEditor } from "../../../src/compiler/wasm/module-editor.ts";
import { findCustomSection, readSections, writeSections } from "../../../src/compiler/wasm/sections.ts";

async function assemble(text: string): Promise<Uint8Array> {
  const module = (await createWabt()).parseWat("test.wat", text);
  return module.toBinary({}).buffer;
}

const ENGINE = `(module
  (import "host" "used" (func $used (result i64)))
  (import "slot" "0" (func (result i64)))
  (table (export "table") 1 funcref)
  (memory (export "memory") 1)
  (type $unary (func (param i32)))
  (func (export "call") (param i32) (call_indirect (type $unary) (i32.const 64) (local.get 0)))
  (func (export "run") (param i32) (result i32) (i32.add (local.get 0) (i32.wrap_i64 (call $used))))
  (data (i32.const 0) "old"))`;

async function instantiate(
  bytes: Uint8Array,
  imports: WebAssembly.Imports,
): Promise<Record<string, CallableFunction> & { memory: WebAssembly.Memory }> {
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(bytes), imports);
  return instance.exports as never;
}

test("unsigned and signed numbers survive writing and reading", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      expect(new ByteReader(new ByteWriter().u32(value).finish()).u32()).toBe(value);
    }),
  );
});

test("an i32.const of any value means that value to the engine", async () => {
  for (const value of [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, -1, -64, -65, -(2 ** 31)]) {
    const editor = new ModuleEditor(await assemble("(module (table 0 funcref) (memory 1))"));
    const body = new ByteWriter().byte(0x41).s32(value).finish();
    editor.exports.push({ name: "f", kind: 0, index: editor.addFunction(editor.addType([], ["i32"]), body) });
    const { f } = await instantiate(editor.finish(), {});
    expect(f!()).toBe(value);
  }
});

test("an edited module runs old code, new functions, new imports and new data", async () => {
  const editor = new ModuleEditor(await assemble(ENGINE));
  editor.replaceImport(1, "plugin", "double", editor.addType(["f64"], ["f64"]));
  // f64.store at 64 of double(f64.load 64)
  const body = [0x20, 0, 0x20, 0, 0x2b, 0, 0, 0x10, 1, 0x39, 0, 0];
  const trampoline = editor.addFunction(editor.addType(["i32"], []), Uint8Array.from(body));
  const slot = editor.appendToTable([trampoline]);
  editor.setMemoryPages(3);
  editor.data = [{ offset: 65_536, bytes: new TextEncoder().encode("new") }];
  editor.addCustomSection("note", Uint8Array.of(1, 2, 3));
  const bytes = editor.finish();
  expect(slot).toBe(1);
  expect(findCustomSection(bytes, "note")).toEqual(Uint8Array.of(1, 2, 3));
  const { memory, call, run } = await instantiate(bytes, {
    host: { used: () => 40n },
    plugin: { double: (n: number) => n * 2 },
  });
  expect(memory.buffer.byteLength).toBe(3 * 65_536);
  expect(new TextDecoder().decode(new Uint8Array(memory.buffer, 65_536, 3))).toBe("new");
  expect(new Uint8Array(memory.buffer)[0]).toBe(0);
  new DataView(memory.buffer).setFloat64(64, 1.25, true);
  call!(slot);
  expect(new DataView(memory.buffer).getFloat64(64, true)).toBe(2.5);
  expect(run!(2)).toBe(42);
});

test("sections survive a round trip byte for byte", async () => {
  const bytes = await assemble(ENGINE);
  expect(writeSections(readSections(bytes))).toEqual(Uint8Array.from(bytes));
});

test.each([
  ["empty", []],
  ["text", [...new TextEncoder().encode("not wasm at all")]],
  ["a section that is longer than the file", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 200]],
  ["a number without end", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])("%s is a RangeError", (_what, bytes) => {
  expect(() => readSections(Uint8Array.from(bytes))).toThrow(RangeError);
});
