import * as fs from "node:fs";
import { FileSystemError } from "../sandbox/fs/file-system-error.ts";

/** A descriptor of the host. Its number is unreachable once it is closed: by then it may be someone else's. */
export class Descriptor {
  readonly #number: number;
  #open = true;

  constructor(number: number) {
    this.#number = number;
  }

  get fd(): number {
    if (!this.#open) throw new FileSystemError("EBADF");
    return this.#number;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    fs.closeSync(this.#number);
  }
}

/** 16 KiB of arguments: more stack than opening a file and noting its number takes. */
const PADDING = new Array<undefined>(2048).fill(undefined);

/**
 * Throws a `RangeError` now if the stack is nearly full. Otherwise a guest that recurses to its end and then
 * opens a file would have the host overflow between opening it and taking down its number: a leak per call.
 */
function requireStack(...padding: readonly undefined[]): void {
  if (padding.length === 0) requireStack(...PADDING);
}

/**
 * All descriptors below one root: a call that a timeout cut short could not close its own. The one that the
 * platform was just opening then is lost, except in a worker, which closes its descriptors when it ends.
 */
export class Descriptors {
  readonly #open = new Set<Descriptor>();

  open(path: string, flags: number, mode?: number): Descriptor {
    requireStack();
    const descriptor = new Descriptor(fs.openSync(path, flags, mode));
    this.#open.add(descriptor);
    return descriptor;
  }

  close(descriptor: Descriptor): void {
    this.#open.delete(descriptor);
    descriptor.close();
  }

  closeAll(): void {
    for (const descriptor of this.#open) this.close(descriptor);
  }
}

/** How the entries of an open directory are named for the host. */
export interface Locate {
  /** A path of the entry `name`. @throws `ESTALE` if the directory is no longer where it was */
  entry(name: string): string;
  /** The same for a subdirectory that was just opened. */
  below(descriptor: Descriptor, name: string): Locate;
  /** Whether a hard link to an entry can end up naming what a link points to. */
  readonly linkFollows: boolean;
}

/** The kernel resolves `/proc/self/fd/N` to the open directory itself, whatever became of its path (proc(5)). */
export function locateByDescriptor(directory: Descriptor): Locate {
  return {
    entry: (name) => `/proc/self/fd/${directory.fd}/${name}`,
    below: locateByDescriptor,
    linkFollows: false,
  };
}

/**
 * Without `/proc`, by path, after a check that the path still leads to the open directory. Another process
 * of the host could swap a directory between the check and the use; a guest alone cannot.
 */
export function locateByPath(directory: Descriptor, path: string): Locate {
  const locate: Locate = {
    entry(name) {
      const open = fs.fstatSync(directory.fd, { bigint: true });
      const there = fs.lstatSync(path, { bigint: true });
      if (open.dev !== there.dev || open.ino !== there.ino) throw new FileSystemError("ESTALE");
      return `${path}/${name}`;
    },
    below(descriptor, name) {
      const child =
        name === "." ? locateByPath(descriptor, path) : locateByPath(descriptor, `${path}/${name}`);
      child.entry(".");
      return child;
    },
    linkFollows: true,
  };
  return locate;
}
