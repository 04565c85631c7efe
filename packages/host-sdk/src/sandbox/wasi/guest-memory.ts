import { ERRNO, WasiError } from "./errno.ts";

/** Buffers that one call may name (`IOV_MAX` of Linux). */
const MAX_IOVECS = 1024;

/** Bytes that one call reads or writes; a longer one is a short read or write, as POSIX allows. */
const MAX_TRANSFER_BYTES = 64 * 1024 * 1024;

/** Longest path, in bytes (`PATH_MAX` of Linux). */
const MAX_PATH_BYTES = 4096;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What every memory is before it is looked up: buffers cost the collector more than all else that an instance makes. */
const NO_BYTES: Uint8Array = new Uint8Array(0);
const NO_VIEW: DataView = new DataView(NO_BYTES.buffer);

/**
 * A guest's memory, for imports. Pointers and lengths are hostile: each is taken as an unsigned 32-bit
 * number and each range is checked here, so that a bad one is `EFAULT` and never a host exception.
 */
export class GuestMemory {
  readonly #memory: () => WebAssembly.Memory | undefined;
  #bytes = NO_BYTES;
  #view = NO_VIEW;

  constructor(memory: () => WebAssembly.Memory | undefined) {
    this.#memory = memory;
  }

  /** Whether other threads can change the memory meanwhile; some functions of hosts refuse such bytes. */
  get isShared(): boolean {
    return typeof SharedArrayBuffer !== "undefined" && this.#bytes.buffer instanceof SharedArrayBuffer;
  }

  /**
   * Checks a range and returns its start. Call it before touching the views: it may replace them.
   * @throws `EFAULT`
   */
  range(pointer: number, length: number): number {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    if (end > this.#bytes.length || this.#bytes.length === 0) this.#refresh(end);
    return start;
  }

  /** The bytes of a range, not copied: valid until the guest runs again. */
  bytes(pointer: number, length: number): Uint8Array {
    const start = this.range(pointer, length);
    return this.#bytes.subarray(start, start + (length >>> 0));
  }

  u8(pointer: number): number {
    const start = this.range(pointer, 1);
    return this.#view.getUint8(start);
  }

  u16(pointer: number): number {
    const start = this.range(pointer, 2);
    return this.#view.getUint16(start, true);
  }

  u32(pointer: number): number {
    const start = this.range(pointer, 4);
    return this.#view.getUint32(start, true);
  }

  u64(pointer: number): bigint {
    const start = this.range(pointer, 8);
    return this.#view.getBigUint64(start, true);
  }

  setU8(pointer: number, value: number): void {
    const start = this.range(pointer, 1);
    this.#view.setUint8(start, value);
  }

  setU16(pointer: number, value: number): void {
    const start = this.range(pointer, 2);
    this.#view.setUint16(start, value, true);
  }

  setU32(pointer: number, value: number): void {
    const start = this.range(pointer, 4);
    this.#view.setUint32(start, value, true);
  }

  /** Takes a safe integer as well: to make a bigint of it first would cost more than all the rest. */
  setU64(pointer: number, value: bigint | number): void {
    const start = this.range(pointer, 8);
    if (typeof value === "bigint") this.#view.setBigUint64(start, value, true);
    else {
      this.#view.setUint32(start, value, true);
      this.#view.setUint32(start + 4, value / 2 ** 32, true);
    }
  }

  set(pointer: number, bytes: Uint8Array): void {
    const start = this.range(pointer, bytes.length);
    this.#bytes.set(bytes, start);
  }

  fill(pointer: number, length: number): void {
    const start = this.range(pointer, length);
    this.#bytes.fill(0, start, start + (length >>> 0));
  }

  /** The buffers that an array of `iovec` or `ciovec` names, cut to what one call transfers. */
  buffers(pointer: number, count: number): Uint8Array[] {
    const length = count >>> 0;
    if (length > MAX_IOVECS) throw new WasiError(ERRNO.inval);
    const start = this.range(pointer, length * 8);
    const buffers: Uint8Array[] = [];
    let room = MAX_TRANSFER_BYTES;
    for (let at = start; at < start + length * 8; at += 8) {
      const buffer = this.bytes(this.#view.getUint32(at, true), this.#view.getUint32(at + 4, true));
      const used = buffer.length <= room ? buffer : buffer.subarray(0, room);
      if (used.length > 0) buffers.push(used);
      room -= used.length;
    }
    return buffers;
  }

  /** Text. @throws `EILSEQ` unless it is UTF-8 without NUL, `ENAMETOOLONG` over 4,096 bytes */
  path(pointer: number, length: number): string {
    if (length >>> 0 > MAX_PATH_BYTES) throw new WasiError(ERRNO.nametoolong);
    const view = this.bytes(pointer, length);
    // Another thread of the guest could change shared bytes between check and use; decoders refuse them, too.
    const bytes = this.isShared ? view.slice() : view;
    if (bytes.includes(0)) throw new WasiError(ERRNO.ilseq);
    try {
      return utf8.decode(bytes);
    } catch {
      throw new WasiError(ERRNO.ilseq);
    }
  }

  /** The memory may have grown, which detaches the buffer or, if shared, leaves it short. */
  #refresh(end: number): void {
    const buffer = this.#memory()?.buffer;
    if (buffer !== undefined && buffer !== this.#bytes.buffer) {
      this.#bytes = new Uint8Array(buffer);
      this.#view = new DataView(buffer);
    }
    if (buffer === undefined || end > this.#bytes.length) throw new WasiError(ERRNO.fault);
  }
}
