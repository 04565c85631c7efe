import { sizeOf, startOf } from "./buffer";
import * as env from "./env";
import { Memory } from "./memory";
import { copyOutput } from "./transfer";
import { encodeUtf8, utf8Length } from "./utf8";

/**
 * Sets the call's output: a `Uint8Array` (a subarray gives just its own bytes), `StaticArray<u8>` or `ArrayBuffer`.
 * The last output of a call counts. The bytes are copied: changing them later changes nothing.
 */
export function output<T>(bytes: T): void {
  copyOutput(startOf(bytes), sizeOf(bytes));
}

/** Sets the call's output to `text` in UTF-8. An unpaired surrogate becomes U+FFFD. */
export function outputString(text: string): void {
  const length = utf8Length(text);
  const encoded = encodeUtf8(text, length);
  copyOutput(encoded, length);
  heap.free(encoded);
}

/** Makes a block the call's output, without a copy. Do not free it, and do not write to it afterwards. */
export function outputMemory(memory: Memory): void {
  env.output_set(memory.handle, memory.length);
}
