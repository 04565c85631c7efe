import { PluginError } from "../../errors.ts";
import type { AllowedPath } from "../../manifest/allowed-paths.ts";
import type { FileSystem } from "./file-system.ts";
import { posixCode } from "./file-system-error.ts";
import type { HostFiles } from "./host-files.ts";
import type { Preopen } from "./preopen.ts";

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
 * The allowed folders as the directories that a guest finds open. Each is opened once here, so that what cannot be
 * granted shows when the plugin is created.
 *
 * @param files what the runtime offers; absent where there are no files, or none that we can confine
 * @throws {PluginError} `UNSUPPORTED` without `files`, `PATH_DENIED` if a folder cannot be granted
 */
export function allowedPathPreopens(
  allowedPaths: readonly AllowedPath[],
  files: HostFiles | undefined,
): Preopen[] {
  return allowedPaths.map(({ host, guest, readOnly }) => {
    if (files === undefined) {
      throw new PluginError(
        "UNSUPPORTED",
        `allowedPaths: this platform has no host directories that can be confined (${host})`,
      );
    }
    const fileSystem = hostDirectory(files, host);
    fileSystem.open().close();
    return { guestPath: guest, fileSystem, readOnly };
  });
}
