/** Appends bytes, LEB128 numbers and names to a growing buffer. Methods return the writer, so that calls chain. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** Writes an unsigned LEB128 number in its shortest form. */
  unsigned(value: number | bigint): this {
    let rest = BigInt(value);
    if (rest < 0n) throw new TypeError(`${value} is not an unsigned number.`);
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest));
  }

  /** Writes a signed LEB128 number in its shortest form. */
  signed(value: number | bigint): this {
    let rest = BigInt(value);
    for (; rest < -0x40n || rest > 0x3fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest & 0x7fn));
  }

  /** Writes a length in bytes and the bytes of a name in UTF-8. */
  name(value: string): this {
    return this.sized(new TextEncoder().encode(value));
  }

  /** Writes a length and the bytes themselves. */
  sized(values: ArrayLike<number>): this {
    return this.unsigned(values.length).bytes(values);
  }

  /** Writes a whole section: its id, its size, its body. */
  section(id: number, body: ArrayLike<number>): this {
    return this.byte(id).sized(body);
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** The magic number and version that start every core module. */
export const PREAMBLE: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
