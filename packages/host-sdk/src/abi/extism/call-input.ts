export const NO_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);

const encoder = new TextEncoder();

/** Text of up to this many UTF-16 units is encoded into one buffer that is kept; each unit takes 3 bytes at most. */
const SCRATCH_UNITS = 8 * 1024;

/**
 * The input of the running call, which stays with the host until the guest fetches it. One per plugin: a host
 * function may call another plugin while this one's input still waits.
 */
export class CallInput {
  #bytes: Uint8Array = NO_BYTES;
  #length = 0;
  #scratch: Uint8Array | undefined;

  get byteLength(): number {
    return this.#length;
  }

  set(value: Uint8Array | string): void {
    this.#bytes = typeof value === "string" ? this.#encode(value) : value;
    // Kept: a host function may detach or shrink the caller's buffer while the guest still asks for it.
    this.#length = this.#bytes.byteLength;
  }

  clear(): void {
    this.#bytes = NO_BYTES;
    this.#length = 0;
  }

  /** Copies a range, which the caller has checked against {@link byteLength}. */
  copyTo(target: Uint8Array, at: number, from: number, length: number): void {
    const available = this.#bytes.byteLength;
    if (available === 0) return;
    const whole = from === 0 && length === available;
    target.set(whole ? this.#bytes : this.#bytes.subarray(from, from + length), at);
  }

  #encode(text: string): Uint8Array {
    if (text === "") return NO_BYTES;
    if (text.length > SCRATCH_UNITS) return encoder.encode(text);
    this.#scratch ??= new Uint8Array(SCRATCH_UNITS * 3);
    return this.#scratch.subarray(0, encoder.encodeInto(text, this.#scratch).written);
  }
}
