import { storeBlock } from "./block.ts";
import { type BytesLike, toBytes } from "./bytes.ts";
import { natives } from "./natives.ts";

/**
 * A block of the memory that plugin and host share. You need it only for host functions with raw `i64`
 * parameters: `text`, `bytes` and `json` parameters do this for you.
 *
 * Blocks that are not freed live until the call ends.
 */
export class Memory {
  /** The handle, as host functions take it. 0 for an empty block. */
  readonly offset: bigint;

  private constructor(offset: bigint) {
    this.offset = offset;
  }

  /** A new block that holds `data`; text is stored as UTF-8. */
  static from(data: string | BytesLike): Memory {
    return new Memory(BigInt(storeBlock(data, "Memory.from()'s argument")));
  }

  /** The block behind a handle that a host function returned. A handle that is not alive reads as empty. */
  static find(offset: bigint): Memory {
    if (typeof offset !== "bigint") throw new TypeError("Memory.find() takes a bigint");
    return new Memory(BigInt.asUintN(64, offset));
  }

  /** Bytes in the block; 0 when it is freed or unknown. */
  get length(): number {
    return natives.length(Number(this.offset));
  }

  /** A copy of the content. */
  bytes(): Uint8Array {
    return natives.loadBytes(Number(this.offset));
  }

  /** The content decoded as UTF-8. */
  text(): string {
    return natives.loadText(Number(this.offset));
  }

  /** Gives the block back; a second time does nothing. */
  free(): void {
    natives.free(Number(this.offset));
  }
}

/**
 * Reserves a zeroed block of `size` bytes, or a block with these bytes or this text in it.
 *
 * @throws RangeError when the size is not a whole number of bytes, or the host has no room.
 */
export function allocate(size: number | string | BytesLike): Memory {
  if (typeof size === "string") return Memory.from(size);
  if (typeof size !== "number") return Memory.from(toBytes(size, "allocate()'s argument"));
  if (!Number.isSafeInteger(size) || size < 0)
    throw new RangeError("allocate() takes a whole number of bytes");
  return Memory.from(new Uint8Array(size));
}
