import * as fs from "node:fs";
import type {
  Directory,
  File,
  FileStat,
  FileTimes,
  FileType,
  OpenFileOptions,
} from "../sandbox/fs/file-system.ts";
import { FileSystemError } from "../sandbox/fs/file-system-error.ts";
import type { HostFiles } from "../sandbox/fs/host-files.ts";
import {
  type Descriptor,
  Descriptors,
  type Locate,
  locateByDescriptor,
  locateByPath,
} from "./node-descriptors.ts";

/** Options of {@link createNodeFiles}, for tests of the way that this machine would not take. */
export interface NodeFilesOptions {
  /**
   * Reach the entries of an open directory through `/proc/self/fd`, so that a directory that is swapped
   * while we work in it stays the one we opened. Default: where that exists (Linux).
   */
  readonly procfs?: boolean;
}

/** Largest file a guest can make: a sparse file of 2^40 bytes costs the guest nothing, a copy of it does. */
const MAX_FILE_BYTES = 4 * 1024 ** 3;

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = fs.constants;
const OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** Makes {@link HostFiles} over `node:fs`. */
export function createNodeFiles(options: NodeFilesOptions = {}): HostFiles {
  const procfs = options.procfs ?? (process.platform === "linux" && fs.existsSync("/proc/self/fd"));
  return {
    openDirectory(path) {
      const real = fs.realpathSync(path);
      const descriptors = new Descriptors();
      const descriptor = descriptors.open(real, OPEN_DIRECTORY);
      const locate = procfs ? locateByDescriptor(descriptor) : locateByPath(descriptor, real);
      return new NodeDirectory(descriptors, descriptor, locate);
    },
  };
}

/** Host files over `node:fs`, for Node, Bun and Deno; `undefined` on Windows, which is not supported yet. */
export const nodeFiles: HostFiles | undefined = process.platform === "win32" ? undefined : createNodeFiles();

class NodeDirectory implements Directory {
  readonly #descriptors: Descriptors;
  readonly #descriptor: Descriptor;
  readonly #locate: Locate;
  readonly #isRoot: boolean;

  constructor(descriptors: Descriptors, descriptor: Descriptor, locate: Locate, isRoot = true) {
    this.#descriptors = descriptors;
    this.#descriptor = descriptor;
    this.#locate = locate;
    this.#isRoot = isRoot;
  }

  statAt(name: string): FileStat {
    if (name === ".") return toFileStat(fs.fstatSync(this.#descriptor.fd, { bigint: true }));
    return toFileStat(fs.lstatSync(this.#locate.entry(name), { bigint: true }));
  }

  list(): readonly string[] {
    return fs.readdirSync(this.#locate.entry("."));
  }

  openDirectory(name: string): Directory {
    return this.#open(name, OPEN_DIRECTORY, (descriptor) => {
      return new NodeDirectory(this.#descriptors, descriptor, this.#locate.below(descriptor, name), false);
    });
  }

  openFile(name: string, { write, create, exclusive, truncate }: OpenFileOptions): File {
    const access = write || truncate ? O_RDWR : O_RDONLY;
    const creation = create ? O_CREAT | (exclusive ? O_EXCL : 0) : 0;
    // O_NONBLOCK: opening a FIFO would wait for its writer, perhaps forever. O_TRUNC comes after the check.
    return this.#open(name, access | creation | O_NOFOLLOW | O_NONBLOCK, (descriptor) => {
      const stat = fs.fstatSync(descriptor.fd);
      if (stat.isDirectory()) throw new FileSystemError("EISDIR");
      if (!stat.isFile()) throw new FileSystemError("EPERM");
      if (truncate) fs.ftruncateSync(descriptor.fd, 0);
      return new NodeFile(this.#descriptors, descriptor);
    });
  }

  readLink(name: string): string {
    return fs.readlinkSync(this.#locate.entry(name));
  }

  createDirectory(name: string): void {
    fs.mkdirSync(this.#locate.entry(name));
  }

  createLink(name: string, target: string): void {
    fs.symlinkSync(target, this.#locate.entry(name));
  }

  link(name: string, to: Directory, toName: string): void {
    const source = this.#locate.entry(name);
    const target = entryOf(to, toName);
    if (this.#locate.linkFollows && !fs.lstatSync(source).isFile()) throw new FileSystemError("EPERM");
    const { dev, ino } = fs.lstatSync(source, { bigint: true });
    fs.linkSync(source, target);
    const made = fs.lstatSync(target, { bigint: true });
    if (made.dev === dev && made.ino === ino) return;
    fs.unlinkSync(target);
    throw new FileSystemError("ESTALE");
  }

  rename(name: string, to: Directory, toName: string): void {
    fs.renameSync(this.#locate.entry(name), entryOf(to, toName));
  }

  removeDirectory(name: string): void {
    fs.rmdirSync(this.#locate.entry(name));
  }

  removeFile(name: string): void {
    fs.unlinkSync(this.#locate.entry(name));
  }

  setTimesAt(name: string, times: FileTimes): void {
    const path = this.#locate.entry(name);
    const [accessed, modified] = withPresent(times, fs.lstatSync(path, { bigint: true }));
    fs.lutimesSync(path, accessed, modified);
  }

  /** Closing the root closes everything that was opened below it. */
  close(): void {
    if (this.#isRoot) this.#descriptors.closeAll();
    else this.#descriptors.close(this.#descriptor);
  }

  static entryOf(directory: NodeDirectory, name: string): string {
    return directory.#locate.entry(name);
  }

  /** Opens an entry and closes it again if `use` does not want it. */
  #open<T>(name: string, flags: number, use: (descriptor: Descriptor) => T): T {
    const descriptor = this.#descriptors.open(this.#locate.entry(name), flags, 0o666);
    try {
      return use(descriptor);
    } catch (error) {
      this.#descriptors.close(descriptor);
      throw error;
    }
  }
}

function entryOf(directory: Directory, name: string): string {
  if (!(directory instanceof NodeDirectory)) throw new FileSystemError("EXDEV");
  return NodeDirectory.entryOf(directory, name);
}

class NodeFile implements File {
  readonly #descriptors: Descriptors;
  readonly #descriptor: Descriptor;

  constructor(descriptors: Descriptors, descriptor: Descriptor) {
    this.#descriptors = descriptors;
    this.#descriptor = descriptor;
  }

  stat(): FileStat {
    return toFileStat(fs.fstatSync(this.#descriptor.fd, { bigint: true }));
  }

  read(into: Uint8Array, position: number): number {
    return fs.readSync(this.#descriptor.fd, into, 0, into.length, position);
  }

  write(from: Uint8Array, position: number): number {
    if (position + from.length > MAX_FILE_BYTES) throw new FileSystemError("EFBIG");
    return fs.writeSync(this.#descriptor.fd, from, 0, from.length, position);
  }

  setSize(size: number): void {
    if (size > MAX_FILE_BYTES) throw new FileSystemError("EFBIG");
    fs.ftruncateSync(this.#descriptor.fd, size);
  }

  setTimes(times: FileTimes): void {
    const { fd } = this.#descriptor;
    const [accessed, modified] = withPresent(times, fs.fstatSync(fd, { bigint: true }));
    fs.futimesSync(fd, accessed, modified);
  }

  sync(contentsOnly: boolean): void {
    if (contentsOnly) fs.fdatasyncSync(this.#descriptor.fd);
    else fs.fsyncSync(this.#descriptor.fd);
  }

  close(): void {
    this.#descriptors.close(this.#descriptor);
  }
}

/** `node:fs` sets both times at once, in seconds as a double: nanoseconds are lost below about 240. */
function withPresent(times: FileTimes, present: fs.BigIntStats): [accessed: number, modified: number] {
  return [Number(times.accessed ?? present.atimeNs) / 1e9, Number(times.modified ?? present.mtimeNs) / 1e9];
}

function toFileStat(stat: fs.BigIntStats): FileStat {
  return {
    type: fileType(stat),
    device: stat.dev,
    inode: stat.ino,
    links: stat.nlink,
    size: stat.size,
    accessed: stat.atimeNs,
    modified: stat.mtimeNs,
    changed: stat.ctimeNs,
  };
}

function fileType(stat: fs.BigIntStats): FileType {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "other";
}
