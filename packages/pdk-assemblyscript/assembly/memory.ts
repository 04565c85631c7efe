import { blockOfBytes, blockOfText, bytesAt, textAt } from "./blocks";
import { sizeOf, startOf } from "./buffer";
import * as env from "./env";
import { allocateBlock, loadBlock, storeBlock } from "./transfer";
import { utf8Length } from "./utf8";

/**
 * A block of the memory that host and plugin share, named by its handle.
 *
 * Blocks end with the call: keep copies, not blocks, from one call to the next. Within a call a block lives until
 * `free`; a handle that is no longer live reads as zeros.
 */
export class Memory {
  /** @param handle the block's address, 0 for none. @param length its size in bytes. */
  constructor(readonly handle: u64, readonly length: u64) {}

  /** The block that a host function returned; `null` for handle 0. An empty block is not `null`. */
  static find(handle: u64): Memory | null {
    return handle == 0 ? null : new Memory(handle, env.length(handle));
  }

  /** A new block that holds a copy of `bytes` (`Uint8Array`, `StaticArray<u8>` or `ArrayBuffer`). */
  static ofBytes<T>(bytes: T): Memory {
    return new Memory(blockOfBytes(bytes), <u64>sizeOf(bytes));
  }

  /** A new block that holds `text` in UTF-8. */
  static ofString(text: string): Memory {
    return new Memory(blockOfText(text), <u64>utf8Length(text));
  }

  /** Copies the whole block. */
  toBytes(): Uint8Array {
    return bytesAt(this.handle, this.length);
  }

  /** Decodes the whole block as UTF-8. Bytes that are not UTF-8 give unspecified characters, never a failure. */
  toString(): string {
    return textAt(this.handle, this.length);
  }

  /**
   * Fills `target` with the bytes from `offset` on.
   * @throws RangeError if they would reach past the block's end.
   */
  load<T>(target: T, offset: u64 = 0): void {
    this.check(offset, <u64>sizeOf(target));
    loadBlock(startOf(target), this.handle + offset, sizeOf(target));
  }

  /**
   * Copies `bytes` into the block, from `offset` on.
   * @throws RangeError if they would reach past the block's end.
   */
  store<T>(bytes: T, offset: u64 = 0): void {
    this.check(offset, <u64>sizeOf(bytes));
    storeBlock(this.handle + offset, startOf(bytes), sizeOf(bytes));
  }

  /** Gives the block back. Freeing it twice does nothing on Mortise. */
  free(): void {
    env.free(this.handle);
  }

  private check(offset: u64, count: u64): void {
    if (offset > this.length || this.length - offset < count) {
      throw new RangeError(
        count.toString() + " bytes at offset " + offset.toString() +
        " reach past the end of a block of " + this.length.toString(),
      );
    }
  }
}

/** Allocates a block of `length` bytes that host functions can read; its content is unspecified. */
export function allocate(length: u64): Memory {
  return new Memory(allocateBlock(length), length);
}
