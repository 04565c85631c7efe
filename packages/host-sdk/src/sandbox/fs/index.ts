export type {
  Directory,
  File,
  FileStat,
  FileSystem,
  FileTimes,
  FileType,
  OpenFileOptions,
} from "./file-system.ts";
export { FileSystemError, type FileSystemErrorCode } from "./file-system-error.ts";
export { allowedPathPreopens, hostDirectory } from "./host-directory.ts";
export type { HostFiles } from "./host-files.ts";
export {
  type MemoryFileSystem,
  type MemoryFileSystemOptions,
  memoryFileSystem,
} from "./memory/memory-file-system.ts";
export type { Preopen } from "./preopen.ts";
