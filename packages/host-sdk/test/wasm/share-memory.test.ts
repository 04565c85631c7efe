import { expect, test } from "vitest";
import { describeModule } from "../../src/wasm/describe.ts";
import { shareImportedMemory } from "../../src/wasm/share-memory.ts";
import { binary, wat } from "./support/binary.ts";
import { expectPluginError } from "./support/expect-error.ts";

const kernel = wat(`(module
  (import "env" "f" (func))
  (import "env" "memory" (memory 1))
  (import "env" "g" (global i32))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))`);

test("the module runs on a shared memory afterwards", () => {
  const module = new WebAssembly.Module(shareImportedMemory(kernel, 300));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 300, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory, f() {}, g: 0 } });
  new Int32Array(memory.buffer)[2] = 42;
  const { load } = instance.exports as unknown as { load(address: number): number };
  expect(load(8)).toBe(42);
});

test("only the memory changes", () => {
  const before = describeModule(kernel);
  const after = describeModule(shareImportedMemory(kernel, 300));
  const memory = { minPages: 1, maxPages: 300, shared: true, memory64: false, imported: true };
  expect(after).toEqual({
    ...before,
    imports: before.imports.map((entry) => (entry.kind === "memory" ? { ...entry, type: memory } : entry)),
    memories: [memory],
  });
});

test("the engine refuses a memory that may become larger", () => {
  const module = new WebAssembly.Module(shareImportedMemory(kernel, 300));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 301, shared: true });
  expect(() => new WebAssembly.Instance(module, { env: { memory, f() {}, g: 0 } })).toThrow(
    WebAssembly.LinkError,
  );
});

test("a module without an imported memory is refused", () => {
  expectPluginError(
    () => shareImportedMemory(wat("(module (memory 1))"), 1),
    "MODULE_INVALID",
    "exactly one memory",
  );
});

test("a module with two imported memories is refused", () => {
  const memory = [0, 0, 2, 0, 1];
  expectPluginError(() => shareImportedMemory(binary([2, 2, ...memory, ...memory]), 1), "MODULE_INVALID");
});

test.each([-1, 0.5, 65_537])("%s pages are misuse", (maxPages) => {
  expect(() => shareImportedMemory(kernel, maxPages)).toThrow(TypeError);
});

test("a memory that starts with more pages is refused with both numbers", () => {
  const module = wat(`(module (import "env" "memory" (memory 5)))`);
  expectPluginError(() => shareImportedMemory(module, 4), "MEMORY_LIMIT", "5 pages", "4");
});
