export type { Directory, FileSystem } from "./file-system.ts";
export { FileSystemError } from "./file-system-error.ts";
export { allowedPathPreopens, hostDirectory } from "./host-directory.ts";
export type { HostFiles } from "./host-files.ts";
export { memoryFileSystem } from "./memory/memory-file-system.ts";
export type { Preopen } from "./preopen.ts";
