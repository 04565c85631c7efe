import { overwrittenBuffer } from "./buffer";
import * as env from "./env";
import { copyInput } from "./transfer";
import { decodeUtf8 } from "./utf8";

/** The call's input; empty when there is none. Each call of this makes a copy that the plugin owns. */
export function input(): Uint8Array {
  const length = env.input_length();
  const buffer = overwrittenBuffer(length);
  copyInput(changetype<usize>(buffer), <usize>length);
  return Uint8Array.wrap(buffer);
}

/**
 * The call's input as UTF-8 text. Input that is not UTF-8 gives unspecified characters, never a failure: where it
 * matters, take `input()` and check it.
 */
export function inputString(): string {
  const length = env.input_length();
  if (length > <u64>i32.MAX_VALUE) throw new RangeError("the input is too long for a string");
  const copy = heap.alloc(<usize>length);
  copyInput(copy, <usize>length);
  return decodeUtf8(copy, <usize>length);
}
