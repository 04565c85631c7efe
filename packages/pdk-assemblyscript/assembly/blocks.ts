/** Values as kernel blocks: made for the host to read, or taken over from the host. */
import { overwrittenBuffer, sizeOf, startOf } from "./buffer";
import * as env from "./env";
import { loadBlock, newBlock } from "./transfer";
import { decodeUtf8, encodeUtf8, utf8Length } from "./utf8";

/** A new block with a copy of `bytes`. */
export function blockOfBytes<T>(bytes: T): u64 {
  return newBlock(startOf(bytes), sizeOf(bytes));
}

/** A new block with `text` in UTF-8. */
export function blockOfText(text: string): u64 {
  const length = utf8Length(text);
  const encoded = encodeUtf8(text, length);
  const handle = newBlock(encoded, length);
  heap.free(encoded);
  return handle;
}

/** A copy of `length` bytes at kernel address `address`. */
export function bytesAt(address: u64, length: u64): Uint8Array {
  const buffer = overwrittenBuffer(length);
  loadBlock(changetype<usize>(buffer), address, <usize>length);
  return Uint8Array.wrap(buffer);
}

/** `length` bytes at kernel address `address`, decoded as UTF-8. */
export function textAt(address: u64, length: u64): string {
  if (length > <u64>i32.MAX_VALUE) throw new RangeError("the block is too long for a string");
  const copy = heap.alloc(<usize>length);
  loadBlock(copy, address, <usize>length);
  return decodeUtf8(copy, <usize>length);
}

/** The bytes of a block that the host returned, `null` for handle 0. The block is freed. */
export function takeBytes(handle: u64): Uint8Array | null {
  if (handle == 0) return null;
  const bytes = bytesAt(handle, env.length(handle));
  env.free(handle);
  return bytes;
}

/** The UTF-8 text of a block that the host returned, `null` for handle 0. The block is freed. */
export function takeText(handle: u64): string | null {
  if (handle == 0) return null;
  const text = textAt(handle, env.length(handle));
  env.free(handle);
  return text;
}
