import type { PluginShape } from "../guest/runtime/index.ts";
import { ADDRESS, type Engine } from "./engine.ts";
import {
  ADAPTER_FUNCTIONS,
  ADAPTER_TABLE,
  MAX_HOST_FUNCTIONS,
  PLUGIN_EXPORTS,
  SLOT_MODULE,
} from "./engine-exports.ts";
import { BuildError } from "./errors.ts";
import type { WasiImport } from "./library.ts";
import { hostTrampoline, runTrampoline } from "./trampolines.ts";
import { type DataSegment, ModuleEditor, type ValueType } from "./wasm/module-editor.ts";

const PAGE = 65_536;
/** Shorter gaps of zeros stay in a segment: one more segment costs up to 8 bytes, and start-up time. Measured. */
const MIN_GAP = 32;
const FUNCTION_KIND = 0;
const WASI_FUNCTIONS: Readonly<Record<WasiImport, { name: string; params: readonly ValueType[] }>> = {
  clock: { name: "clock_time_get", params: ["i32", "i64", "i32"] },
  random: { name: "random_get", params: ["i32", "i32"] },
};

/** Sizes of the blocks that {@link scrub} asks for, in bytes. */
const SCRUB_SIZES = [65_536, 16_384, 4096, 1024, 256, 64, 24];

/**
 * Clears the engine's free memory: what start-up code left there is of no use to a plugin, only larger.
 * It takes every free block there is, largest first, until the allocator has to extend the heap.
 */
function scrub({ exports }: Engine): void {
  const end = exports.memory.buffer.byteLength;
  const taken: number[] = [];
  for (const size of SCRUB_SIZES) {
    for (;;) {
      const block = exports.malloc(size);
      if (block === 0) break;
      taken.push(block);
      if (block + size > end) break;
      new Uint8Array(exports.memory.buffer).fill(0, block, block + size);
    }
  }
  for (const block of taken.reverse()) exports.free(block);
}

/** The memory of an engine that is at rest, without what lies on its stack or in the adapter's scratch. */
export function takeSnapshot(engine: Engine, stackTop: number): { pages: number; data: DataSegment[] } {
  const { memory, __stack_pointer: stackPointer } = engine.exports;
  if (stackPointer.value !== stackTop)
    throw new BuildError([{ message: "the engine was not at rest after start-up" }]);
  scrub(engine);
  const image = new Uint8Array(memory.buffer).slice();
  image.fill(0, ADDRESS.scratch, ADDRESS.messages);
  image.fill(0, ADDRESS.messagesEnd, stackTop);
  return { pages: image.length / PAGE, data: segments(image) };
}

/** The runs of bytes that are not zero. */
export function segments(image: Uint8Array): DataSegment[] {
  const found: DataSegment[] = [];
  let start = -1;
  let end = -1;
  for (let at = 0; at < image.length; at++) {
    if (image[at] === 0) continue;
    if (start >= 0 && at - end > MIN_GAP) {
      found.push({ offset: start, bytes: image.subarray(start, end) });
      start = -1;
    }
    if (start < 0) start = at;
    end = at + 1;
  }
  if (start >= 0) found.push({ offset: start, bytes: image.subarray(start, end) });
  return found;
}

export interface ModuleParts {
  readonly shape: PluginShape;
  readonly wasi: readonly WasiImport[];
  readonly customSections: Readonly<Record<string, Uint8Array>>;
}

/** Writes the plugin: the engine's code, the snapshot as its data, and the plugin's imports and exports. */
export function composeModule(
  engine: Uint8Array,
  snapshot: { pages: number; data: DataSegment[] },
  { shape, wasi, customSections }: ModuleParts,
): Uint8Array {
  const editor = new ModuleEditor(engine);
  const run = editor.exports.find(({ name }) => name === "mortise_run")!.index;
  editor.setMemoryPages(snapshot.pages);
  editor.data = snapshot.data;
  editor.exports = editor.exports.filter(({ name }) => (PLUGIN_EXPORTS as readonly string[]).includes(name));
  const slots = editor.imports.flatMap(({ module }, index) => (module === SLOT_MODULE ? [index] : []));
  linkWasi(editor, wasi, slots);
  linkHostFunctions(editor, shape, slots);
  closeSlots(editor, slots);
  const exportType = editor.addType([], ["i32"]);
  for (const [index, name] of shape.exports.entries()) {
    editor.exports.push({
      name,
      kind: FUNCTION_KIND,
      index: editor.addFunction(exportType, runTrampoline(index, run)),
    });
  }
  for (const [name, content] of Object.entries(customSections)) editor.addCustomSection(name, content);
  return editor.finish();
}

/** Points the engine's clock and random numbers at the host's functions. Takes slots. */
function linkWasi(editor: ModuleEditor, wasi: readonly WasiImport[], slots: number[]): void {
  const adapter = editor.tableSize - ADAPTER_FUNCTIONS;
  for (const need of wasi) {
    const slot = slots.shift()!;
    const { name, params } = WASI_FUNCTIONS[need];
    editor.replaceImport(slot, "wasi_snapshot_preview1", name, editor.addType(params, ["i32"]));
    editor.setTableElement(adapter + ADAPTER_TABLE[need], slot);
  }
}

/** Gives each declared host function a slot, and a trampoline in the table at the place of its declaration. */
function linkHostFunctions(editor: ModuleEditor, { imports }: PluginShape, slots: number[]): void {
  if (imports.length > MAX_HOST_FUNCTIONS) {
    const message = `the plugin declares ${imports.length} host functions; at most ${MAX_HOST_FUNCTIONS} are possible`;
    throw new BuildError([{ message }]);
  }
  const trampolineType = editor.addType(["i32"], []);
  const trampolines = imports.map(({ namespace, name, params, result }) => {
    const slot = slots.shift()!;
    editor.replaceImport(slot, namespace, name, editor.addType(params, result === null ? [] : [result]));
    return editor.addFunction(trampolineType, hostTrampoline(params, result, slot));
  });
  if (trampolines.length > 0) editor.appendToTable(trampolines);
}

/** Imports cannot be removed without renumbering the code: what is left becomes one that every host has. */
function closeSlots(editor: ModuleEditor, slots: readonly number[]): void {
  const type = editor.addType([], ["i64"]);
  for (const slot of slots) editor.replaceImport(slot, "extism:host/env", "input_length", type);
}
