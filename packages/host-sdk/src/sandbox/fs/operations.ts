import type { Directory, File, FileStat, FileTimes, OpenFileOptions } from "./file-system.ts";
import { FileSystemError } from "./file-system-error.ts";
import { type Place, withPlace } from "./walk.ts";

/** How {@link openPath} opens what a path names. */
export interface OpenPathOptions extends OpenFileOptions {
  /** Whether a link in the last component is followed. */
  readonly follow: boolean;
  /** Open a directory or nothing (`O_DIRECTORY`). */
  readonly directory: boolean;
}

/** What {@link openPath} opened; the caller closes it. */
export type Opened =
  | { readonly type: "file"; readonly file: File }
  | { readonly type: "directory"; readonly directory: Directory };

/** Opens or creates the file or directory at `path`, confined to `start` (openat(2)). */
export function openPath(start: Directory, path: string, options: OpenPathOptions): Opened {
  const exclusive = options.create && options.exclusive;
  return withPlace(start, path, options.follow && !exclusive ? "always" : "slash", (place) => {
    if (place.stat === undefined) return createFile(place, options);
    if (exclusive) throw new FileSystemError("EEXIST");
    if (place.stat.type === "directory") return openDirectory(place, options);
    if (options.directory) throw new FileSystemError("ENOTDIR");
    return { type: "file", file: place.parent.openFile(place.name, options) };
  });
}

function createFile({ parent, name, mustBeDirectory }: Place, options: OpenPathOptions): Opened {
  if (!options.create) throw new FileSystemError("ENOENT");
  if (mustBeDirectory) throw new FileSystemError("EISDIR");
  if (options.directory) throw new FileSystemError("EINVAL");
  return { type: "file", file: parent.openFile(name, options) };
}

function openDirectory({ parent, name }: Place, options: OpenPathOptions): Opened {
  if (options.write || options.truncate || options.create) throw new FileSystemError("EISDIR");
  return { type: "directory", directory: parent.openDirectory(name) };
}

/** What is at `path` (fstatat(2)). */
export function statPath(start: Directory, path: string, follow: boolean): FileStat {
  return withPlace(start, path, follow ? "always" : "slash", existing);
}

/** Sets times of what is at `path` (utimensat(2)). */
export function setPathTimes(start: Directory, path: string, follow: boolean, times: FileTimes): void {
  withPlace(start, path, follow ? "always" : "slash", (place) => {
    existing(place);
    place.parent.setTimesAt(place.name, times);
  });
}

/** Makes a directory (mkdirat(2)). */
export function createDirectoryAt(start: Directory, path: string): void {
  withPlace(start, path, "never", ({ parent, name, stat }) => {
    if (stat !== undefined) throw new FileSystemError("EEXIST");
    parent.createDirectory(name);
  });
}

/** Removes an empty directory (`AT_REMOVEDIR` of unlinkat(2)). */
export function removeDirectoryAt(start: Directory, path: string): void {
  withPlace(start, path, "never", (place) => {
    if (existing(place).type !== "directory") throw new FileSystemError("ENOTDIR");
    if (place.name === ".") throw new FileSystemError("EINVAL");
    place.parent.removeDirectory(place.name);
  });
}

/** Removes a file or a link (unlinkat(2)). */
export function removeFileAt(start: Directory, path: string): void {
  withPlace(start, path, "never", (place) => {
    if (existing(place).type === "directory") throw new FileSystemError("EISDIR");
    place.parent.removeFile(place.name);
  });
}

/**
 * Reads a link (readlinkat(2)).
 * @throws `ENOTCAPABLE` for an absolute target, which would tell where the directory lies on the host
 */
export function readLinkAt(start: Directory, path: string): string {
  return withPlace(start, path, "never", (place) => {
    if (existing(place).type !== "symlink") throw new FileSystemError("EINVAL");
    const target = place.parent.readLink(place.name);
    if (target.startsWith("/")) throw new FileSystemError("ENOTCAPABLE");
    return target;
  });
}

/**
 * Makes a symbolic link (symlinkat(2)).
 *
 * Walks expand links safely wherever they point. A target that visibly leads outside is refused all the
 * same, because programs of the host may follow it one day.
 * @throws `ENOTCAPABLE` for a target that is absolute or names something above `start`
 */
export function createLinkAt(start: Directory, path: string, target: string): void {
  if (target === "") throw new FileSystemError("ENOENT");
  withPlace(start, path, "never", (place) => {
    if (place.stat !== undefined) throw new FileSystemError("EEXIST");
    if (place.mustBeDirectory) throw new FileSystemError("ENOENT");
    if (climbs(target, place.depth)) throw new FileSystemError("ENOTCAPABLE");
    place.parent.createLink(place.name, target);
  });
}

/** Whether `target`, read as text, goes above a directory that lies `depth` levels up. */
function climbs(target: string, depth: number): boolean {
  if (target.startsWith("/")) return true;
  let level = depth;
  for (const component of target.split("/")) {
    if (component === "..") level -= 1;
    else if (component !== "" && component !== ".") level += 1;
    if (level < 0) return true;
  }
  return false;
}

/** A path below a directory. */
export interface PathAt {
  readonly start: Directory;
  readonly path: string;
}

/** Makes a hard link to a file or to a link itself (linkat(2) without `AT_SYMLINK_FOLLOW`). */
export function linkAt(from: PathAt, to: PathAt): void {
  withPlace(from.start, from.path, "never", (source) => {
    if (existing(source).type === "directory") throw new FileSystemError("EPERM");
    withPlace(to.start, to.path, "never", (target) => {
      if (target.stat !== undefined) throw new FileSystemError("EEXIST");
      if (target.mustBeDirectory) throw new FileSystemError("ENOENT");
      source.parent.link(source.name, target.parent, target.name);
    });
  });
}

/** Moves a file, a link or a directory (renameat(2)). */
export function renameAt(from: PathAt, to: PathAt): void {
  withPlace(from.start, from.path, "never", (source) => {
    const { type } = existing(source);
    withPlace(to.start, to.path, "never", (target) => {
      if (source.name === "." || target.name === ".") throw new FileSystemError("EBUSY");
      if (target.mustBeDirectory && type !== "directory") throw new FileSystemError("ENOTDIR");
      source.parent.rename(source.name, target.parent, target.name);
    });
  });
}

function existing({ stat }: Place): FileStat {
  if (stat === undefined) throw new FileSystemError("ENOENT");
  return stat;
}
