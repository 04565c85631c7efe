import { createWasi, type Wasi, type WasiSettings } from "../../../src/sandbox/wasi/index.ts";
import { RIGHT } from "../../../src/sandbox/wasi/rights.ts";

/** Error numbers that tests expect, by name. */
const ERRNO_NAMES: Readonly<Record<number, string>> = {
  0: "SUCCESS",
  2: "ACCES",
  8: "BADF",
  10: "BUSY",
  20: "EXIST",
  21: "FAULT",
  22: "FBIG",
  25: "ILSEQ",
  27: "INTR",
  28: "INVAL",
  29: "IO",
  31: "ISDIR",
  32: "LOOP",
  33: "MFILE",
  37: "NAMETOOLONG",
  44: "NOENT",
  51: "NOSPC",
  52: "NOSYS",
  54: "NOTDIR",
  55: "NOTEMPTY",
  57: "NOTSOCK",
  58: "NOTSUP",
  63: "PERM",
  70: "SPIPE",
  72: "STALE",
  75: "XDEV",
  76: "NOTCAPABLE",
};

type RawImport = (...params: (number | bigint)[]) => number;

/** All rights, asked for by guests that do not care. */
export const ALL_RIGHTS = 0x3fffffffn;
export const READ = BigInt(
  RIGHT.fdRead | RIGHT.fdSeek | RIGHT.fdTell | RIGHT.fdFilestatGet | RIGHT.fdReaddir,
);
export const READ_WRITE =
  READ | BigInt(RIGHT.fdWrite | RIGHT.fdAllocate | RIGHT.fdFilestatSetSize | RIGHT.fdFilestatSetTimes);

/** The first preopen. */
export const ROOT = 3;

export interface OpenOptions {
  readonly fd?: number;
  readonly follow?: boolean;
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly rights?: bigint;
  readonly inheriting?: bigint;
  readonly flags?: number;
}

export interface Stat {
  readonly inode: bigint;
  readonly type: number;
  readonly links: bigint;
  readonly size: bigint;
  readonly modified: bigint;
}

/**
 * Plays a guest: calls the imports as WebAssembly would, over a memory of its own. Results are the value,
 * or the name of the error.
 */
export class Guest {
  readonly memory: WebAssembly.Memory;
  readonly wasi: Wasi;
  readonly imports: Readonly<Record<string, RawImport>>;
  #next = 1024;

  constructor(settings: WasiSettings, memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 4 })) {
    this.memory = memory;
    this.wasi = createWasi(settings);
    this.imports = this.wasi.bind(() => this.memory).wasi_snapshot_preview1 as unknown as Record<
      string,
      RawImport
    >;
  }

  /** Calls an import and returns the name of its error number. */
  call(name: string, ...params: (number | bigint)[]): string {
    const errno = (this.imports[name] as RawImport)(...params);
    return ERRNO_NAMES[errno] ?? `errno ${errno}`;
  }

  /** Reserves memory for one step of a test. */
  allocate(length: number): number {
    const pointer = this.#next;
    this.#next = (pointer + length + 7) & ~7;
    if (this.#next > 200_000) this.#next = 1024;
    return pointer;
  }

  view(): DataView {
    return new DataView(this.memory.buffer);
  }

  put(value: string | Uint8Array): [pointer: number, length: number] {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    const pointer = this.allocate(bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, pointer);
    return [pointer, bytes.length];
  }

  take(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice(pointer, pointer + length);
  }

  open(path: string | Uint8Array, options: OpenOptions = {}): number | string {
    const result = this.allocate(4);
    const rights = options.rights ?? READ;
    const error = this.call(
      "path_open",
      options.fd ?? ROOT,
      options.follow === true ? 1 : 0,
      ...this.put(path),
      (options.create ? 1 : 0) +
        (options.directory ? 2 : 0) +
        (options.exclusive ? 4 : 0) +
        (options.truncate ? 8 : 0),
      rights,
      options.inheriting ?? ALL_RIGHTS,
      options.flags ?? 0,
      result,
    );
    return error === "SUCCESS" ? this.view().getUint32(result, true) : error;
  }

  close(fd: number | string): string {
    return this.call("fd_close", Number(fd));
  }

  #iovec(pointer: number, length: number): number {
    const iovec = this.allocate(8);
    this.view().setUint32(iovec, pointer, true);
    this.view().setUint32(iovec + 4, length, true);
    return iovec;
  }

  write(fd: number | string, value: string | Uint8Array): number | string {
    const result = this.allocate(4);
    const error = this.call("fd_write", Number(fd), this.#iovec(...this.put(value)), 1, result);
    return error === "SUCCESS" ? this.view().getUint32(result, true) : error;
  }

  pwrite(fd: number | string, value: string, offset: bigint): number | string {
    const result = this.allocate(4);
    const error = this.call("fd_pwrite", Number(fd), this.#iovec(...this.put(value)), 1, offset, result);
    return error === "SUCCESS" ? this.view().getUint32(result, true) : error;
  }

  read(fd: number | string, length = 4096): string {
    const into = this.allocate(length);
    const result = this.allocate(4);
    const error = this.call("fd_read", Number(fd), this.#iovec(into, length), 1, result);
    if (error !== "SUCCESS") return error;
    return new TextDecoder().decode(this.take(into, this.view().getUint32(result, true)));
  }

  pread(fd: number | string, length: number, offset: bigint): string {
    const into = this.allocate(length);
    const result = this.allocate(4);
    const error = this.call("fd_pread", Number(fd), this.#iovec(into, length), 1, offset, result);
    if (error !== "SUCCESS") return error;
    return new TextDecoder().decode(this.take(into, this.view().getUint32(result, true)));
  }

  seek(fd: number | string, offset: bigint, whence: number): bigint | string {
    const result = this.allocate(8);
    const error = this.call("fd_seek", Number(fd), offset, whence, result);
    return error === "SUCCESS" ? this.view().getBigUint64(result, true) : error;
  }

  /** Reads the whole file at a path, or tells why not. */
  readPath(path: string, options: OpenOptions = {}): string {
    const fd = this.open(path, { follow: true, ...options });
    if (typeof fd === "string") return fd;
    const text = this.read(fd);
    this.close(fd);
    return text;
  }

  /** Creates or cuts the file at a path and writes it. */
  writePath(path: string, value: string, options: OpenOptions = {}): string {
    const fd = this.open(path, {
      follow: true,
      create: true,
      truncate: true,
      rights: READ_WRITE,
      ...options,
    });
    if (typeof fd === "string") return fd;
    const written = this.write(fd, value);
    this.close(fd);
    return written === new TextEncoder().encode(value).length ? "SUCCESS" : String(written);
  }

  mkdir(path: string, fd = ROOT): string {
    return this.call("path_create_directory", fd, ...this.put(path));
  }

  rmdir(path: string, fd = ROOT): string {
    return this.call("path_remove_directory", fd, ...this.put(path));
  }

  unlink(path: string, fd = ROOT): string {
    return this.call("path_unlink_file", fd, ...this.put(path));
  }

  symlink(target: string, path: string, fd = ROOT): string {
    return this.call("path_symlink", ...this.put(target), fd, ...this.put(path));
  }

  link(from: string, to: string, { follow = false, fd = ROOT, toFd = ROOT } = {}): string {
    return this.call("path_link", fd, follow ? 1 : 0, ...this.put(from), toFd, ...this.put(to));
  }

  rename(from: string, to: string, { fd = ROOT, toFd = ROOT } = {}): string {
    return this.call("path_rename", fd, ...this.put(from), toFd, ...this.put(to));
  }

  readlink(path: string, length = 4096, fd = ROOT): string {
    const into = this.allocate(length);
    const result = this.allocate(4);
    const error = this.call("path_readlink", fd, ...this.put(path), into, length, result);
    if (error !== "SUCCESS") return error;
    return new TextDecoder().decode(this.take(into, this.view().getUint32(result, true)));
  }

  #filestat(pointer: number): Stat {
    const view = this.view();
    return {
      inode: view.getBigUint64(pointer + 8, true),
      type: view.getUint8(pointer + 16),
      links: view.getBigUint64(pointer + 24, true),
      size: view.getBigUint64(pointer + 32, true),
      modified: view.getBigUint64(pointer + 48, true),
    };
  }

  stat(path: string, { follow = false, fd = ROOT } = {}): Stat | string {
    const result = this.allocate(64);
    const error = this.call("path_filestat_get", fd, follow ? 1 : 0, ...this.put(path), result);
    return error === "SUCCESS" ? this.#filestat(result) : error;
  }

  fstat(fd: number | string): Stat | string {
    const result = this.allocate(64);
    const error = this.call("fd_filestat_get", Number(fd), result);
    return error === "SUCCESS" ? this.#filestat(result) : error;
  }

  fdstat(fd: number | string): { type: number; flags: number; rights: bigint; inheriting: bigint } | string {
    const result = this.allocate(24);
    const error = this.call("fd_fdstat_get", Number(fd), result);
    const view = this.view();
    if (error !== "SUCCESS") return error;
    return {
      type: view.getUint8(result),
      flags: view.getUint16(result + 2, true),
      rights: view.getBigUint64(result + 8, true),
      inheriting: view.getBigUint64(result + 16, true),
    };
  }

  /** Lists a directory through a buffer of `length` bytes, following cookies as a C library does. */
  readdir(fd: number, length = 256): { name: string; type: number; inode: bigint }[] {
    const entries: { name: string; type: number; inode: bigint }[] = [];
    const buffer = this.allocate(length);
    const result = this.allocate(4);
    for (let cookie = 0n; ; ) {
      const error = this.call("fd_readdir", fd, buffer, length, cookie, result);
      if (error !== "SUCCESS") throw new Error(error);
      const used = this.view().getUint32(result, true);
      let at = buffer;
      while (at + 24 <= buffer + used) {
        const nameLength = this.view().getUint32(at + 16, true);
        if (at + 24 + nameLength > buffer + used) break;
        entries.push({
          name: new TextDecoder().decode(this.take(at + 24, nameLength)),
          type: this.view().getUint8(at + 20),
          inode: this.view().getBigUint64(at + 8, true),
        });
        cookie = this.view().getBigUint64(at, true);
        at += 24 + nameLength;
      }
      if (used < length) return entries;
    }
  }

  names(fd: number = ROOT): string[] {
    const names = this.readdir(fd).map(({ name }) => name);
    return names.filter((name) => name !== "." && name !== "..").sort();
  }
}
