import type { FileSystem } from "./file-system.ts";

/** A directory that a guest finds open when it starts, its root to a tree of files. */
export interface Preopen {
  /** The path by which the guest knows it, such as `/data`. */
  readonly guestPath: string;
  readonly fileSystem: FileSystem;
  /** Nothing below may be created, changed, moved or removed. */
  readonly readOnly: boolean;
}
