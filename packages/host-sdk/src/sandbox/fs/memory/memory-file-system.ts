import type { Directory, FileSystem } from "../file-system.ts";
import { markSelfContained } from "../self-contained.ts";
import { MemoryDirectory } from "./directory.ts";
import { MemoryFileNode } from "./file.ts";
import type { Volume } from "./node.ts";
import { Quota } from "./quota.ts";

const MIB = 1024 * 1024;

/** Options of {@link memoryFileSystem}. */
export interface MemoryFileSystemOptions {
  /** Bytes of all files together; beyond it writes fail with `ENOSPC`. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Files, directories and links together. Default 65,536. */
  readonly maxEntries?: number;
  /** The clock that file times are taken from, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A file system in memory. Any number of plugins may share it; each sees what the others write. */
export interface MemoryFileSystem extends FileSystem {
  /** A copy of the file at `path`, or `undefined` if there is no file; links are not followed. */
  read(path: string): Uint8Array<ArrayBuffer> | undefined;
  /** Creates or replaces the file at `path` and makes the directories on the way. */
  write(path: string, contents: Uint8Array | string): void;
  /** The paths of all files, without a leading slash. */
  paths(): string[];
}

/** Numbers volumes, so that files of two of them can be told apart. Guests see numbers of their own. */
let volumes = 0n;

/**
 * Makes a file system that lives in memory.
 *
 * @param files what it starts with: paths with `/` to contents; the directories on the way are made
 * @throws {TypeError} if a path is empty or has `..` in it
 * @throws {FileSystemError} `ENOSPC` if the files are larger than the quota
 * @example
 * ```ts
 * const data = memoryFileSystem({ "in/config.json": "{}" });
 * const plugin = await createPlugin("tool.wasm", { wasi: { fs: { "/data": data } } });
 * await plugin.call("_start");
 * data.read("out/report.txt");
 * ```
 */
export function memoryFileSystem(
  files: Readonly<Record<string, Uint8Array | string>> = {},
  options: MemoryFileSystemOptions = {},
): MemoryFileSystem {
  const root = new MemoryDirectory(createVolume(options));
  const fileSystem = {
    open: (): Directory => root,
    read: (path: string) => read(root, path),
    write: (path: string, contents: Uint8Array | string) => write(root, path, contents),
    paths: () => [...pathsBelow(root, "")],
  };
  for (const [path, contents] of Object.entries(files)) fileSystem.write(path, contents);
  if (options.now === undefined) markSelfContained(fileSystem);
  return fileSystem;
}

function createVolume({
  maxBytes = 64 * MIB,
  maxEntries = 65_536,
  now = Date.now,
}: MemoryFileSystemOptions): Volume {
  volumes += 1n;
  let inodes = 0n;
  return {
    quota: new Quota(maxBytes, maxEntries),
    device: volumes,
    now,
    nextInode: () => {
      inodes += 1n;
      return inodes;
    },
  };
}

function components(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.length === 0 || names.includes("..")) throw new TypeError(`not the path of a file: ${path}`);
  return names;
}

function read(root: MemoryDirectory, path: string): Uint8Array<ArrayBuffer> | undefined {
  const names = components(path);
  const last = names.pop() as string;
  let directory = root;
  for (const name of names) {
    if (directory.find(name)?.type !== "directory") return undefined;
    directory = directory.openDirectory(name);
  }
  const node = directory.find(last);
  return node instanceof MemoryFileNode ? node.bytes() : undefined;
}

function write(root: MemoryDirectory, path: string, contents: Uint8Array | string): void {
  const names = components(path);
  const last = names.pop() as string;
  let directory = root;
  for (const name of names) {
    if (directory.find(name) === undefined) directory.createDirectory(name);
    directory = directory.openDirectory(name);
  }
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  const file = directory.openFile(last, { write: true, create: true, exclusive: false, truncate: true });
  try {
    file.write(bytes, 0);
  } finally {
    file.close();
  }
}

function* pathsBelow(directory: MemoryDirectory, prefix: string): Generator<string> {
  for (const [name, node] of directory.entries()) {
    if (node instanceof MemoryDirectory) yield* pathsBelow(node, `${prefix}${name}/`);
    else if (node instanceof MemoryFileNode) yield prefix + name;
  }
}
