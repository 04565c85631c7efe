import { HostFailure } from "./errno.ts";
import type { WasiInput } from "./options.ts";

/** A guest's standard input. */
export interface InputStream {
  /** Fills `into` from its start and returns the number of bytes, 0 at the end. */
  read(into: Uint8Array): number;
}

const EMPTY: InputStream = { read: () => 0 };

/** Makes a stream of what the application gave as input. */
export function createInput(source: WasiInput | undefined): InputStream {
  if (source === undefined) return EMPTY;
  if (typeof source === "function") return new PulledInput(source);
  return new BytesInput(typeof source === "string" ? new TextEncoder().encode(source) : source);
}

class BytesInput implements InputStream {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#rest = bytes;
  }

  read(into: Uint8Array): number {
    const part = this.#rest.subarray(0, into.length);
    into.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }
}

/** Input from a function. What it gives too much is kept for the next read; its end is final. */
class PulledInput implements InputStream {
  readonly #pull: (maxBytes: number) => Uint8Array | null;
  #rest = new BytesInput(new Uint8Array(0));
  #ended = false;

  constructor(pull: (maxBytes: number) => Uint8Array | null) {
    this.#pull = pull;
  }

  read(into: Uint8Array): number {
    const kept = this.#rest.read(into);
    if (kept > 0 || this.#ended || into.length === 0) return kept;
    const chunk = this.#next(into.length);
    this.#ended = chunk === null;
    this.#rest = new BytesInput(chunk ?? new Uint8Array(0));
    return this.#rest.read(into);
  }

  #next(maxBytes: number): Uint8Array | null {
    let chunk: unknown;
    try {
      chunk = this.#pull(maxBytes);
    } catch (cause) {
      throw new HostFailure(cause);
    }
    if (chunk === null || chunk instanceof Uint8Array) return chunk;
    throw new HostFailure(new TypeError("the stdin function must return a Uint8Array, or null at the end"));
  }
}
