import type { File, FileStat, FileTimes } from "../file-system.ts";
import { FileSystemError } from "../file-system-error.ts";
import { MemoryNode } from "./node.ts";

const SMALLEST_BUFFER = 256;

/** The contents of a file in memory, in a buffer that grows by doubling. */
export class MemoryFileNode extends MemoryNode {
  override readonly type = "file";
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #size = 0;
  #open = 0;

  override get size(): number {
    return this.#size;
  }

  /** A copy of the contents. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#size);
  }

  open(): File {
    this.#open += 1;
    return new OpenMemoryFile(this);
  }

  read(into: Uint8Array, position: number): number {
    if (position >= this.#size) return 0;
    const end = Math.min(this.#size, position + into.length);
    into.set(this.#buffer.subarray(position, end));
    return end - position;
  }

  write(from: Uint8Array, position: number): number {
    if (from.length === 0) return 0;
    const end = position + from.length;
    if (end > this.#size) this.#grow(end);
    this.#buffer.set(from, position);
    this.touch();
    return from.length;
  }

  setSize(size: number): void {
    if (size > this.#size) this.#grow(size);
    else this.#shrink(size);
    this.touch();
  }

  override unlinked(): void {
    super.unlinked();
    this.#releaseIfGone();
  }

  /** The quota is given back with the last descriptor, or a guest could hold any number of removed files. */
  closed(): void {
    this.#open -= 1;
    this.#releaseIfGone();
  }

  #releaseIfGone(): void {
    if (this.links === 0 && this.#open === 0) this.#shrink(0);
  }

  /** Whatever ends a call half-way (a timeout, a full stack) may leave bytes charged, never uncharged. */
  #grow(size: number): void {
    const { quota } = this.volume;
    if (size > quota.maxBytes) throw new FileSystemError("EFBIG");
    quota.charge(size - this.#size, 0);
    if (size > this.#buffer.length) {
      const capacity = Math.min(Math.max(size, this.#buffer.length * 2, SMALLEST_BUFFER), quota.maxBytes);
      this.#buffer = enlarged(this.#buffer, this.#size, capacity);
    }
    this.#size = size;
  }

  #shrink(size: number): void {
    const released = this.#size - size;
    if (size * 4 < this.#buffer.length) this.#buffer = this.#buffer.slice(0, size);
    else this.#buffer.fill(0, size, this.#size);
    this.#size = size;
    this.volume.quota.release(released, 0);
  }
}

function enlarged(buffer: Uint8Array, used: number, capacity: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(capacity);
  larger.set(buffer.subarray(0, used));
  return larger;
}

class OpenMemoryFile implements File {
  readonly #node: MemoryFileNode;
  #closed = false;

  constructor(node: MemoryFileNode) {
    this.#node = node;
  }

  stat(): FileStat {
    return this.#node.stat();
  }

  read(into: Uint8Array, position: number): number {
    return this.#node.read(into, position);
  }

  write(from: Uint8Array, position: number): number {
    return this.#node.write(from, position);
  }

  setSize(size: number): void {
    this.#node.setSize(size);
  }

  setTimes(times: FileTimes): void {
    this.#node.setTimes(times);
  }

  sync(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#node.closed();
  }
}
