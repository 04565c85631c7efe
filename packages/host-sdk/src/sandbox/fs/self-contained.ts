import type { FileSystem } from "./file-system.ts";

const selfContained = new WeakSet<FileSystem>();

/** Says that every operation of a file system is ours, and sound when it is interrupted. */
export function markSelfContained(fileSystem: FileSystem): void {
  selfContained.add(fileSystem);
}

/** Whether no operation of a file system can enter the application's code, which a timeout must not interrupt. */
export function isSelfContained(fileSystem: FileSystem): boolean {
  return selfContained.has(fileSystem);
}
