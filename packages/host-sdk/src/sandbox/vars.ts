import { PluginError } from "../errors.ts";

const encoder = new TextEncoder();

/** Longest key that a message shows whole, in UTF-16 units: guests choose their keys. */
const MAX_SHOWN_KEY = 100;

/**
 * A plugin's variables. They belong to the plugin: they outlive calls, `reset()` and a rebuilt instance, and end
 * with `close()`. Values are copied in and out.
 */
export class Vars {
  readonly #entries = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes limit for keys plus values, in bytes; 0 disables vars */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keys plus values, in bytes. */
  get byteLength(): number {
    return this.#bytes;
  }

  get(key: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#entries.get(key)?.slice();
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Sets a variable; an overwrite counts only the new value.
   * @throws {PluginError} `VAR_LIMIT` beyond the limit; the old value then stays
   */
  set(key: string, value: Uint8Array | string): void {
    const bytes = typeof value === "string" ? encoder.encode(value) : new Uint8Array(value);
    const total = this.#bytes - this.#cost(key) + keyBytes(key) + bytes.byteLength;
    if (total > this.#maxBytes) {
      const limit =
        this.#maxBytes === 0
          ? "vars are disabled (maxVarBytes is 0)"
          : `the limit is ${this.#maxBytes} bytes`;
      throw new PluginError(
        "VAR_LIMIT",
        `setting var ${JSON.stringify(clip(key))} would take ${total} bytes, and ${limit}`,
      );
    }
    this.#entries.set(key, bytes);
    this.#bytes = total;
  }

  delete(key: string): boolean {
    const cost = this.#cost(key);
    this.#bytes -= cost;
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Counts anew: an interrupted call may have ended between a change and its count. */
  recount(): void {
    let bytes = 0;
    for (const key of this.#entries.keys()) bytes += this.#cost(key);
    this.#bytes = bytes;
  }

  #cost(key: string): number {
    const value = this.#entries.get(key);
    return value ? keyBytes(key) + value.byteLength : 0;
  }
}

function keyBytes(key: string): number {
  return encoder.encode(key).byteLength;
}

function clip(key: string): string {
  return key.length <= MAX_SHOWN_KEY ? key : `${key.slice(0, MAX_SHOWN_KEY)}…`;
}
