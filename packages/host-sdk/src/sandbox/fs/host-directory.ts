import { PluginError } from "../../errors.ts";
import type { FileSystem } from "./file-system.ts";
import { posixCode } from "./file-system-error.ts";
import type { HostFiles } from "./host-files.ts";
import type { Preopen } from "./preopen.ts";

const READ_ONLY = "ro:";

/**
 * A directory of the host as a file system. The directory is looked up anew, by its path, for every
 * instance of a plugin; from then on it is the open directory that counts, wherever it is moved to.
 *
 * @throws {PluginError} `PATH_DENIED` from `open()` if the path is missing, no directory, or not readable
 */
export function hostDirectory(files: HostFiles, hostPath: string): FileSystem {
  return {
    open() {
      try {
        return files.openDirectory(hostPath);
      } catch (cause) {
        throw new PluginError("PATH_DENIED", `cannot grant ${JSON.stringify(hostPath)}: ${reason(cause)}`, {
          cause,
        });
      }
    },
  };
}

function reason(cause: unknown): string {
  switch (posixCode(cause)) {
    case "ENOENT":
      return "there is no such directory; create it first, or remove it from allowedPaths";
    case "ENOTDIR":
      return "it is a file, and only directories can be granted; grant the directory that holds it";
    case "EACCES":
    case "EPERM":
      return "this process may not read it";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Turns a map of allowed paths (host path → guest path; `ro:` before a host path makes it read-only) into
 * the directories that are opened for a guest.
 *
 * @param files what the runtime offers; absent where there are no files, or none that we can confine
 * @param resolve makes a host path absolute, relative to the manifest's folder, say
 * @throws {PluginError} `UNSUPPORTED` without `files`, `PATH_DENIED` if a host path cannot be granted or a
 * guest path is empty
 */
export function allowedPathPreopens(
  allowedPaths: Readonly<Record<string, string>>,
  files: HostFiles | undefined,
  resolve: (hostPath: string) => string = (hostPath) => hostPath,
): Preopen[] {
  return Object.entries(allowedPaths).map(([key, guestPath]) => {
    if (files === undefined) {
      throw new PluginError(
        "UNSUPPORTED",
        "allowedPaths: this platform has no host directories that can be confined",
      );
    }
    const readOnly = key.startsWith(READ_ONLY);
    const hostPath = readOnly ? key.slice(READ_ONLY.length) : key;
    if (hostPath === "" || guestPath === "") {
      throw new PluginError(
        "PATH_DENIED",
        `allowedPaths: an empty path in ${JSON.stringify(key)} → ${JSON.stringify(guestPath)}`,
      );
    }
    const fileSystem = hostDirectory(files, resolve(hostPath));
    fileSystem.open().close();
    return { guestPath, fileSystem, readOnly };
  });
}
