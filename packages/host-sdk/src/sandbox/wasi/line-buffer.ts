import { DEFAULT_LIMITS } from "../../limits.ts";
import { HostFailure } from "./errno.ts";
import type { OutputStream } from "./output.ts";

const NEWLINE = 10;

/** Turns output into lines for a logger. A line over the limit is cut; its rest is dropped. */
export class LineBuffer implements OutputStream {
  readonly #log: (line: string) => void;
  readonly #maxBytes: number;
  /** The start of a line whose end has not come. */
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(log: (line: string) => void, maxBytes: number = DEFAULT_LIMITS.maxLogLineBytes) {
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  write(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#append(chunk.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
  }

  flush(): void {
    if (this.#length > 0) this.#emit();
  }

  #append(bytes: Uint8Array): void {
    const part = bytes.subarray(0, this.#maxBytes - this.#length);
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
  }

  #emit(): void {
    const line = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      line.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    try {
      this.#log(new TextDecoder().decode(line));
    } catch (cause) {
      throw new HostFailure(cause);
    }
  }
}
