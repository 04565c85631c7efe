import type { Directory, File, FileStat, FileTimes, FileType, OpenFileOptions } from "../file-system.ts";
import { FileSystemError } from "../file-system-error.ts";
import { MemoryFileNode } from "./file.ts";
import { MemoryLink, MemoryNode } from "./node.ts";

/** Longest name of an entry, in UTF-16 code units. */
const MAX_NAME = 255;

/** A directory in memory. Its entries are a Map: a file called `__proto__` is a file. */
export class MemoryDirectory extends MemoryNode implements Directory {
  override readonly type: FileType = "directory";
  readonly #entries = new Map<string, MemoryNode>();
  #parent: MemoryDirectory | undefined;

  override get size(): number {
    return 0;
  }

  /** The node called `name`, or `undefined`. */
  find(name: string): MemoryNode | undefined {
    return name === "." ? this : this.#entries.get(name);
  }

  /** The node called `name`. @throws `ENOENT` */
  get(name: string): MemoryNode {
    const node = this.find(name);
    if (node === undefined) throw new FileSystemError("ENOENT");
    return node;
  }

  /** Puts a node under a free name. @throws `EEXIST`, `ENOSPC`, `ENAMETOOLONG`, and `ENOENT` in a removed directory */
  add(name: string, node: MemoryNode): void {
    if (this.#entries.has(name)) throw new FileSystemError("EEXIST");
    this.#checkAlive();
    if (name.length > MAX_NAME) throw new FileSystemError("ENAMETOOLONG");
    this.volume.quota.charge(name.length, 1);
    this.#insert(name, node);
  }

  entries(): MapIterator<[string, MemoryNode]> {
    return this.#entries.entries();
  }

  statAt(name: string): FileStat {
    return this.get(name).stat();
  }

  list(): readonly string[] {
    return [...this.#entries.keys()];
  }

  openDirectory(name: string): MemoryDirectory {
    const node = this.get(name);
    if (!(node instanceof MemoryDirectory)) throw new FileSystemError("ENOTDIR");
    return node;
  }

  openFile(name: string, options: OpenFileOptions): File {
    const found = this.#entries.get(name);
    if (found === undefined) return this.#createFile(name, options);
    if (options.create && options.exclusive) throw new FileSystemError("EEXIST");
    if (found instanceof MemoryLink) throw new FileSystemError("ELOOP");
    if (!(found instanceof MemoryFileNode)) throw new FileSystemError("EISDIR");
    if (options.truncate) found.setSize(0);
    return found.open();
  }

  readLink(name: string): string {
    const node = this.get(name);
    if (!(node instanceof MemoryLink)) throw new FileSystemError("EINVAL");
    return node.target;
  }

  createDirectory(name: string): void {
    this.add(name, new MemoryDirectory(this.volume));
  }

  createLink(name: string, target: string): void {
    const link = new MemoryLink(this.volume, target);
    try {
      this.add(name, link);
    } catch (error) {
      link.links += 1;
      link.unlinked();
      throw error;
    }
  }

  link(name: string, to: Directory, toName: string): void {
    const node = this.get(name);
    if (node instanceof MemoryDirectory) throw new FileSystemError("EPERM");
    this.#sameVolume(to).add(toName, node);
  }

  rename(name: string, to: Directory, toName: string): void {
    const node = this.get(name);
    const target = this.#sameVolume(to);
    const replaced = target.#entries.get(toName);
    if (replaced === node) return;
    if (node instanceof MemoryDirectory && target.#isWithin(node)) throw new FileSystemError("EINVAL");
    if (replaced !== undefined) {
      checkReplaceable(node, replaced);
      target.#drop(toName, replaced);
    }
    target.add(toName, node);
    this.#drop(name, node);
    if (node instanceof MemoryDirectory) node.#parent = target;
  }

  removeDirectory(name: string): void {
    const node = this.openDirectory(name);
    if (node.#entries.size > 0) throw new FileSystemError("ENOTEMPTY");
    this.#drop(name, node);
  }

  removeFile(name: string): void {
    const node = this.get(name);
    if (node instanceof MemoryDirectory) throw new FileSystemError("EISDIR");
    this.#drop(name, node);
  }

  setTimesAt(name: string, times: FileTimes): void {
    this.get(name).setTimes(times);
  }

  close(): void {}

  #createFile(name: string, options: OpenFileOptions): File {
    if (!options.create) throw new FileSystemError("ENOENT");
    const file = new MemoryFileNode(this.volume);
    this.add(name, file);
    return file.open();
  }

  #insert(name: string, node: MemoryNode): void {
    this.#entries.set(name, node);
    node.links += 1;
    if (node instanceof MemoryDirectory) node.#parent = this;
    this.touch();
  }

  #drop(name: string, node: MemoryNode): void {
    this.#entries.delete(name);
    node.unlinked();
    this.touch();
    this.volume.quota.release(name.length, 1);
  }

  /** The root has no parent and no entry that names it; any other directory without entries was removed. */
  #checkAlive(): void {
    if (this.#parent !== undefined && this.links === 0) throw new FileSystemError("ENOENT");
  }

  #isWithin(other: MemoryDirectory): boolean {
    for (let at: MemoryDirectory | undefined = this; at !== undefined; at = at.#parent) {
      if (at === other) return true;
    }
    return false;
  }

  #sameVolume(to: Directory): MemoryDirectory {
    if (!(to instanceof MemoryDirectory) || to.volume !== this.volume) throw new FileSystemError("EXDEV");
    return to;
  }
}

/** What rename(2) asks of a node that gives way. */
function checkReplaceable(node: MemoryNode, replaced: MemoryNode): void {
  if (replaced instanceof MemoryDirectory) {
    if (!(node instanceof MemoryDirectory)) throw new FileSystemError("EISDIR");
    if (replaced.list().length > 0) throw new FileSystemError("ENOTEMPTY");
  } else if (node instanceof MemoryDirectory) throw new FileSystemError("ENOTDIR");
}
