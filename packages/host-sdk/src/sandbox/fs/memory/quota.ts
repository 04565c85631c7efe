import { FileSystemError } from "../file-system-error.ts";

/** What a memory file system may hold; shared by all its nodes. */
export class Quota {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #bytes = 0;
  #entries = 0;

  constructor(maxBytes: number, maxEntries: number) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  /** The largest file there can be. */
  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** @throws `ENOSPC` beyond the quota, with nothing charged */
  charge(bytes: number, entries: number): void {
    if (this.#bytes + bytes > this.#maxBytes || this.#entries + entries > this.#maxEntries) {
      throw new FileSystemError("ENOSPC");
    }
    this.#bytes += bytes;
    this.#entries += entries;
  }

  release(bytes: number, entries: number): void {
    this.#bytes -= bytes;
    this.#entries -= entries;
  }
}
