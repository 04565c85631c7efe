import { hex, invalid, unsupported } from "./malformed.ts";

// `ignoreBOM` keeps a leading U+FEFF, as engines do; without it two different names would read alike.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Longest name that engines accept, in bytes (WebAssembly JavaScript interface, "implementation-defined limits"). */
const MAX_NAME_BYTES = 100_000;

/**
 * A strict cursor over a part of a module. What it accepts, every engine reads the same way: LEB128 numbers have
 * at most the length of their type and no stray bits, and nothing is read beyond `end`.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  byte(what: string): number {
    if (this.offset >= this.end) throw invalid(`it ends inside ${what}`, this.offset);
    return this.bytes[this.offset++]!;
  }

  /** Reads a byte that must be one of 0 and 1. */
  flag(what: string): boolean {
    const value = this.byte(what);
    if (value > 1) throw invalid(`${what} is ${hex(value)} instead of 0 or 1`, this.offset - 1);
    return value === 1;
  }

  skip(length: number, what: string): void {
    if (length > this.remaining) {
      throw invalid(`${what} needs ${length} bytes where ${this.remaining} are left`, this.offset);
    }
    this.offset += length;
  }

  /** Reads an unsigned LEB128 number of 32 bits (core specification, 5.2.2). */
  u32(what: string): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.byte(what);
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw invalid(`${what} is not an unsigned 32-bit number`, start);
  }

  /** Reads an unsigned LEB128 number of 64 bits. */
  u64(what: string): bigint {
    const start = this.offset;
    let value = 0n;
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = this.byte(what);
      if (shift === 63n && byte > 0x01) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw invalid(`${what} is not an unsigned 64-bit number`, start);
  }

  /** Passes over a signed LEB128 number; in its longest form the spare bits must repeat the sign. */
  skipSigned(bits: 32 | 64, what: string): void {
    const start = this.offset;
    const longest = Math.ceil(bits / 7);
    const bitsInLast = bits - 7 * (longest - 1);
    for (let index = 1; index < longest; index++) {
      if (this.byte(what) < 0x80) return;
    }
    const spare = this.byte(what) >> (bitsInLast - 1);
    if (spare !== 0 && spare !== 2 ** (8 - bitsInLast) - 1) {
      throw invalid(`${what} is not a signed ${bits}-bit number`, start);
    }
  }

  /**
   * Reads how many entries follow. Each takes at least `entryBytes`, so a count that the remaining bytes cannot
   * hold is refused before anything is allocated for it.
   */
  count(what: string, entryBytes: number, most: number): number {
    const start = this.offset;
    const count = this.u32(`the number of ${what}`);
    if (count * entryBytes > this.remaining) {
      throw invalid(`${count} ${what} do not fit in ${this.remaining} bytes`, start);
    }
    if (count > most) throw unsupported(`${count} ${what} are more than the ${most} allowed`, start);
    return count;
  }

  /** Reads a name: its length in bytes, then well-formed UTF-8. */
  name(what: string): string {
    const start = this.offset;
    const length = this.count(`bytes of ${what}`, 1, MAX_NAME_BYTES);
    const from = this.offset;
    this.skip(length, what);
    try {
      return utf8.decode(this.bytes.subarray(from, this.offset));
    } catch {
      throw invalid(`${what} is not UTF-8`, start);
    }
  }

  /** Demands that everything has been read. */
  finish(what: string): void {
    if (this.remaining !== 0) throw invalid(`${what} has ${this.remaining} bytes too many`, this.offset);
  }
}
