/** What a directory entry is. Devices, FIFOs and sockets are `"other"`: they can be seen, never opened. */
export type FileType = "file" | "directory" | "symlink" | "other";

/** What is known of a file, a directory or a link. Times are nanoseconds since 1970-01-01T00:00Z. */
export interface FileStat {
  readonly type: FileType;
  /** Together with `inode` identifies a file. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Number of hard links. */
  readonly links: bigint;
  /** Bytes in a file, or bytes in the target of a link. */
  readonly size: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/** Times to set, in nanoseconds since 1970-01-01T00:00Z; what is absent stays as it is. */
export interface FileTimes {
  readonly accessed?: bigint | undefined;
  readonly modified?: bigint | undefined;
}

/** How {@link Directory.openFile} opens a file. */
export interface OpenFileOptions {
  readonly write: boolean;
  /** Make the file if it is missing. */
  readonly create: boolean;
  /** With `create`: fail with `EEXIST` if anything, a link included, has the name. */
  readonly exclusive: boolean;
  /** Cut the file to 0 bytes. */
  readonly truncate: boolean;
}

/** An open file. Positions and sizes are bytes; every method may throw a {@link FileSystemError}. */
export interface File {
  stat(): FileStat;
  /** Reads at `position` and returns the number of bytes, 0 at the end. */
  read(into: Uint8Array, position: number): number;
  /** Writes at `position`, filling a gap before it with zeros, and returns the number of bytes. */
  write(from: Uint8Array, position: number): number;
  setSize(size: number): void;
  setTimes(times: FileTimes): void;
  /** Waits until everything written is durable, or the contents only. */
  sync(contentsOnly: boolean): void;
  close(): void;
}

/**
 * An open directory: the unit that path resolution walks by.
 *
 * `name` is always one component: not empty, without `/` and NUL, not `..`. Only `statAt` and
 * `openDirectory` are asked for `.`, the directory itself. No method follows a symbolic link; that is
 * the business of the walk, which expands links itself so that none can lead outside.
 *
 * Methods fail with a {@link FileSystemError}, or any error with a POSIX `code` such as `"ENOENT"`.
 */
export interface Directory {
  statAt(name: string): FileStat;
  /** Names in this directory, without `.` and `..`. */
  list(): readonly string[];
  /** @throws `ENOTDIR` for anything else, links included */
  openDirectory(name: string): Directory;
  /** @throws `ELOOP` for a link, `EISDIR` for a directory, `EPERM` for a device, FIFO or socket */
  openFile(name: string, options: OpenFileOptions): File;
  /** @throws `EINVAL` for what is not a link */
  readLink(name: string): string;
  createDirectory(name: string): void;
  createLink(name: string, target: string): void;
  /** Makes a hard link to `name`, itself and not what it may point to. @throws `EXDEV` for another file system's directory */
  link(name: string, to: Directory, toName: string): void;
  /** Moves `name`, replacing what is there as POSIX says. @throws `EXDEV` for another file system's directory */
  rename(name: string, to: Directory, toName: string): void;
  removeDirectory(name: string): void;
  removeFile(name: string): void;
  setTimesAt(name: string, times: FileTimes): void;
  close(): void;
}

/** A tree of files that can be mounted for a guest. */
export interface FileSystem {
  /** Opens the root; who opens it closes it. */
  open(): Directory;
}
