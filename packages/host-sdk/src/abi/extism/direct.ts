import { PluginError } from "../../errors.ts";
import type { LinkedModule } from "../link.ts";
import type { Boundary } from "./boundary.ts";
import type { DirectTransfer } from "./kernel.ts";

/** The global through which a guest learns where its table holds the copy functions; 0 means nowhere. */
const DIRECT_GLOBAL = "mortise_direct";
const TABLE_NAMES = ["table", "__indirect_function_table"] as const;
/** Exports of the kernel, in the order of the table. */
const SLOTS = ["direct_input", "direct_output", "direct_load", "direct_store"] as const;

/**
 * Offers direct transfer to a guest that knows it: four functions at the end of its own table, through which bytes
 * move by memcpy. A guest without the global, or whose table cannot take them, is left as it is and uses the plain
 * ABI. The functions copy to and from the memory of one module, so a kernel serves one; the others of a program use
 * the plain ABI.
 */
export function offerDirectTransfer(boundary: Boundary, guest: LinkedModule): void {
  const { kernel } = boundary;
  const announcement = guest.exports[DIRECT_GLOBAL];
  const memory = guest.exports["memory"];
  const table = TABLE_NAMES.map((name) => guest.exports[name]).find(
    (value) => value instanceof WebAssembly.Table,
  );
  if (!(announcement instanceof WebAssembly.Global) || !(memory instanceof WebAssembly.Memory) || !table)
    return;
  if (!holdsMutableI32(announcement)) return;
  try {
    const first = table.grow(SLOTS.length);
    if (table.get(first) !== null) return; // a table of references to host values starts with undefined
    SLOTS.forEach((name, i) => void table.set(first + i, kernel.imports[name] as CallableFunction));
    kernel.direct = copyFunctions(boundary, memory);
    announcement.value = first;
  } catch {
    // the table is full or not one of functions: the plain ABI it is
  }
}

/** JavaScript does not tell a global's type; an i32 is what rounds a fraction. */
function holdsMutableI32(global: WebAssembly.Global): boolean {
  if (global.value !== 0) return false;
  try {
    global.value = 0.5;
    const rounds = global.value === 0;
    global.value = 0;
    return rounds;
  } catch {
    return false; // immutable, or an i64
  }
}

/** The four copies. Every range comes from the guest: as unsigned numbers, checked against its memory and the block. */
function copyFunctions(boundary: Boundary, memory: WebAssembly.Memory): DirectTransfer {
  const { kernel, input, sandbox } = boundary;
  const maxOutput = sandbox.limits.maxOutputBytes;
  let view = new Uint8Array(memory.buffer);
  const guest = (at: number, length: number): Uint8Array<ArrayBuffer> => {
    if (view.buffer !== memory.buffer) view = new Uint8Array(memory.buffer);
    if (at + length > view.byteLength) throw badRange("guest memory", at, length);
    return view;
  };
  return {
    input: boundary.guard("direct input", (to: number, offset: number, size: number) => {
      const [target, from, length] = [to >>> 0, offset >>> 0, size >>> 0];
      if (from + length > kernel.inputLength()) throw badRange("the input", from, length);
      const bytes = guest(target, length);
      const at = kernel.inputAt();
      if (at === 0) input.copyTo(bytes, target, from, length);
      else bytes.set(kernel.range(at + from, length), target);
    }),
    output: boundary.guard("direct output", (from: number, size: number) => {
      const [start, length] = [from >>> 0, size >>> 0];
      const bytes = guest(start, length);
      if (length > maxOutput) throw outputTooLarge(length, maxOutput);
      boundary.takeOutput(bytes.subarray(start, start + length));
    }),
    load: boundary.guard("direct load", (to: number, address: number, size: number) => {
      const [target, from, length] = [to >>> 0, address >>> 0, size >>> 0];
      if (length > kernel.bytesFrom(from)) throw badRange("a live block", from, length);
      guest(target, length).set(kernel.range(from, length), target);
    }),
    store: boundary.guard("direct store", (address: number, from: number, size: number) => {
      const [target, start, length] = [address >>> 0, from >>> 0, size >>> 0];
      if (length > kernel.bytesFrom(target)) throw badRange("a live block", target, length);
      kernel.range(target, length).set(guest(start, length).subarray(start, start + length));
    }),
  };
}

function badRange(where: string, at: number, length: number): PluginError {
  return new PluginError("TRAP", `direct transfer outside ${where}: ${length} bytes at ${at}`);
}

/** The error of an output over the limit. */
export function outputTooLarge(length: number, limit: number): PluginError {
  return new PluginError("OUTPUT_LIMIT", `the output has ${length} bytes, over the limit of ${limit}`);
}
