import type { Directory } from "./file-system.ts";

/**
 * What a platform with files offers: directories that stay open while names in them are used.
 * `runtime/` implements it; everything that confines a guest is built on top, in this folder.
 */
export interface HostFiles {
  /**
   * Opens the directory at a path of the host, links followed: this path comes from the application.
   * @throws an error with a POSIX `code`: `ENOENT`, `ENOTDIR`, `EACCES`, …
   */
  openDirectory(path: string): Directory;
}
