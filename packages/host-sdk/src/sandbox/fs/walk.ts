import type { Directory, FileStat } from "./file-system.ts";
import { FileSystemError, posixCode } from "./file-system-error.ts";

/** Links that one path may expand, as on Linux (path_resolution(7)). */
const MAX_LINKS = 40;

/** Directories that one path may hold open at a time; each is a descriptor of the host. */
const MAX_DEPTH = 128;

/**
 * When a link in the last component is expanded: `"always"`, never, or only if a slash follows it
 * (`link/` names the directory behind the link).
 */
export type Follow = "always" | "slash" | "never";

/** Where a path leads: an entry, existing or not, of an open directory. */
export interface Place {
  readonly parent: Directory;
  /** One component; `.` if the path leads to `parent` itself. */
  readonly name: string;
  /** What has that name, links not followed; `undefined` if nothing has. */
  readonly stat: FileStat | undefined;
  /** The path ended in `/`, `/.` or `/..`. */
  readonly mustBeDirectory: boolean;
  /** How many directories below the start `parent` lies. */
  readonly depth: number;
}

/**
 * Resolves `path` below `start` and hands the place to `use`, whose directory is open only meanwhile.
 *
 * Names are resolved here, one component at a time, and not by the platform: every directory on the way is
 * held open, `..` goes back to the one we came from, and links are expanded by us. So nothing that lies
 * outside `start` can be named, whoever made the links and whenever they are swapped.
 *
 * @throws `ENOTCAPABLE` if the path, or a link on the way, is absolute or leads above `start`
 */
export function withPlace<T>(start: Directory, path: string, follow: Follow, use: (place: Place) => T): T {
  const walk = new Walk(start, path);
  try {
    return use(walk.run(follow));
  } finally {
    walk.close();
  }
}

class Walk {
  readonly #start: Directory;
  /** Open directories below the start, innermost last. */
  readonly #below: Directory[] = [];
  /** Names and `..` still to come, the next one last. */
  readonly #pending: string[] = [];
  #endsInSlash = false;
  #links = 0;

  constructor(start: Directory, path: string) {
    this.#start = start;
    if (path === "") throw new FileSystemError("ENOENT");
    this.#push(path);
  }

  run(follow: Follow): Place {
    for (;;) {
      const name = this.#pending.pop();
      if (name === undefined) return this.#here();
      if (name === "..") this.#leave();
      else if (this.#pending.length > 0) this.#enter(name);
      else {
        const place = this.#last(name);
        const expands = follow === "always" || (follow === "slash" && place.mustBeDirectory);
        if (place.stat?.type === "symlink" && expands) this.#expand(name);
        else return checked(place);
      }
    }
  }

  close(): void {
    for (const directory of this.#below.splice(0)) directory.close();
  }

  get #top(): Directory {
    return this.#below.at(-1) ?? this.#start;
  }

  #push(path: string): void {
    if (path.startsWith("/")) throw new FileSystemError("ENOTCAPABLE");
    const components = path.split("/");
    const last = components.at(-1);
    if (this.#pending.length === 0) this.#endsInSlash ||= last === "" || last === ".";
    for (const component of components.reverse()) {
      if (component !== "" && component !== ".") this.#pending.push(component);
    }
  }

  #leave(): void {
    const directory = this.#below.pop();
    if (directory === undefined) throw new FileSystemError("ENOTCAPABLE");
    directory.close();
  }

  #enter(name: string): void {
    if (this.#below.length === MAX_DEPTH) throw new FileSystemError("ENAMETOOLONG");
    try {
      this.#below.push(this.#top.openDirectory(name));
    } catch (error) {
      if (!isNoDirectory(error)) throw error;
      this.#expand(name);
    }
  }

  /** Puts the target of a link in place of its name. */
  #expand(name: string): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) throw new FileSystemError("ELOOP");
    this.#push(readLink(this.#top, name));
  }

  #last(name: string): Place {
    const parent = this.#top;
    const stat = statOrNothing(parent, name);
    return { parent, name, stat, mustBeDirectory: this.#endsInSlash, depth: this.#below.length };
  }

  #here(): Place {
    const parent = this.#top;
    return { parent, name: ".", stat: parent.statAt("."), mustBeDirectory: true, depth: this.#below.length };
  }
}

/** `file/` names nothing (POSIX, 4.16 Pathname Resolution). */
function checked(place: Place): Place {
  if (place.mustBeDirectory && place.stat !== undefined && place.stat.type !== "directory") {
    throw new FileSystemError("ENOTDIR");
  }
  return place;
}

/** `openDirectory` says so of a link as well; platforms differ in the code. */
function isNoDirectory(error: unknown): boolean {
  const code = posixCode(error);
  return code === "ENOTDIR" || code === "ELOOP" || code === "EMLINK";
}

function readLink(directory: Directory, name: string): string {
  try {
    return directory.readLink(name);
  } catch (error) {
    throw posixCode(error) === "EINVAL" ? new FileSystemError("ENOTDIR") : error;
  }
}

function statOrNothing(directory: Directory, name: string): FileStat | undefined {
  try {
    return directory.statAt(name);
  } catch (error) {
    if (posixCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
