import type { Directory, File } from "../fs/file-system.ts";
import { ERRNO, WasiError } from "./errno.ts";
import type { InputStream } from "./input.ts";
import type { OutputStream } from "./output.ts";

/** Descriptors that one instance may have open; those of a host directory are descriptors of the host. */
const MAX_DESCRIPTORS = 512;

/** 0 to 2 are the standard streams; what is opened gets the lowest free number from here on. */
const FIRST_OPENED = 3;

interface DescriptorState {
  rights: number;
  inheriting: number;
  flags: number;
}

/** Standard input. `stream` is looked up for each use, since a call can bring its own. */
interface InputDescriptor extends DescriptorState {
  readonly type: "input";
  readonly stream: () => InputStream;
}

export interface OutputDescriptor extends DescriptorState {
  readonly type: "output";
  readonly stream: () => OutputStream | undefined;
}

export interface FileDescriptor extends DescriptorState {
  readonly type: "file";
  readonly file: File;
  position: number;
}

export interface DirectoryDescriptor extends DescriptorState {
  readonly type: "directory";
  readonly directory: Directory;
  /** The root of the preopen it was reached through; names are moved and linked within one only. */
  readonly root: Directory;
  /** The guest's path of a preopen. */
  readonly preopenPath?: Uint8Array;
  /** The names that `fd_readdir` is working through; its cookies count them. */
  names?: readonly string[];
}

export type Descriptor = InputDescriptor | OutputDescriptor | FileDescriptor | DirectoryDescriptor;

/** The open descriptors of one instance. A number here is the guest's own and never one of the host. */
export class DescriptorTable {
  readonly #open = new Map<number, Descriptor>();

  /** @throws `EBADF` */
  get(fd: number): Descriptor {
    const descriptor = this.#open.get(fd >>> 0);
    if (descriptor === undefined) throw new WasiError(ERRNO.badf);
    return descriptor;
  }

  /** @throws `EBADF`, `ENOTCAPABLE` without the right */
  withRight(fd: number, right: number): Descriptor {
    return permitted(this.get(fd), right);
  }

  /** @throws `EBADF`, `ENOTCAPABLE`; `EISDIR` for a directory, `ESPIPE` for a stream */
  file(fd: number, right: number): FileDescriptor {
    const descriptor = this.get(fd);
    if (descriptor.type === "directory") throw new WasiError(ERRNO.isdir);
    if (descriptor.type !== "file") throw new WasiError(ERRNO.spipe);
    return permitted(descriptor, right);
  }

  /** @throws `EBADF`, `ENOTDIR`, `ENOTCAPABLE` */
  directory(fd: number, right: number): DirectoryDescriptor {
    const descriptor = this.get(fd);
    if (descriptor.type !== "directory") throw new WasiError(ERRNO.notdir);
    return permitted(descriptor, right);
  }

  /** Fails early if nothing more can be opened. @throws `EMFILE` */
  reserve(): void {
    if (this.#open.size >= MAX_DESCRIPTORS) throw new WasiError(ERRNO.mfile);
  }

  add(descriptor: Descriptor): number {
    this.reserve();
    let fd = FIRST_OPENED;
    while (this.#open.has(fd)) fd += 1;
    this.#open.set(fd, descriptor);
    return fd;
  }

  set(fd: number, descriptor: Descriptor): void {
    this.#open.set(fd, descriptor);
  }

  close(fd: number): void {
    const descriptor = this.get(fd);
    this.#open.delete(fd >>> 0);
    release(descriptor);
  }

  /** Moves `from` to the number `to`, closing what was there; both must be open. */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    const replaced = this.get(to);
    if (moved === replaced) return;
    this.#open.set(to >>> 0, moved);
    this.#open.delete(from >>> 0);
    release(replaced);
  }

  closeAll(): void {
    for (const fd of [...this.#open.keys()]) this.close(fd);
  }
}

function permitted<T extends DescriptorState>(descriptor: T, right: number): T {
  if ((descriptor.rights & right) !== right) throw new WasiError(ERRNO.notcapable);
  return descriptor;
}

function release(descriptor: Descriptor): void {
  if (descriptor.type === "file") descriptor.file.close();
  // A preopen's root is closed with the instance: directories below it may still be open.
  else if (descriptor.type === "directory" && descriptor.directory !== descriptor.root)
    descriptor.directory.close();
}
