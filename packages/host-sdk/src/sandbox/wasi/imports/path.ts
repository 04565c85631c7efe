import {
  createDirectoryAt,
  createLinkAt,
  linkAt,
  readLinkAt,
  removeDirectoryAt,
  removeFileAt,
  renameAt,
  setPathTimes,
  statPath,
} from "../../fs/operations.ts";
import { LOOKUP_FOLLOW } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import type { DirectoryDescriptor } from "../descriptors.ts";
import { ERRNO, WasiError } from "../errno.ts";
import { type FilestatLayout, toFileTimes, writeFilestat } from "../file-structures.ts";
import { RIGHT } from "../rights.ts";

const utf8 = new TextEncoder();

/** Everything by path except opening. */
export const path: ImportGroup = (context, memory) => {
  const { descriptors } = context;
  return {
    path_create_directory(fd: number, pointer: number, length: number) {
      const { directory } = descriptors.directory(fd, RIGHT.pathCreateDirectory);
      createDirectoryAt(directory, memory.path(pointer, length));
    },

    path_remove_directory(fd: number, pointer: number, length: number) {
      const { directory } = descriptors.directory(fd, RIGHT.pathRemoveDirectory);
      removeDirectoryAt(directory, memory.path(pointer, length));
    },

    path_unlink_file(fd: number, pointer: number, length: number) {
      const { directory } = descriptors.directory(fd, RIGHT.pathUnlinkFile);
      removeFileAt(directory, memory.path(pointer, length));
    },

    path_filestat_set_times(
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ) {
      const { directory } = descriptors.directory(fd, RIGHT.pathFilestatSetTimes);
      const times = toFileTimes(context, accessed, modified, flags);
      setPathTimes(directory, memory.path(pointer, length), follows(lookup), times);
    },

    path_readlink(
      fd: number,
      pointer: number,
      length: number,
      buffer: number,
      bufferLength: number,
      result: number,
    ) {
      const { directory } = descriptors.directory(fd, RIGHT.pathReadlink);
      memory.range(result, 4);
      const into = memory.bytes(buffer, bufferLength);
      const target = utf8
        .encode(readLinkAt(directory, memory.path(pointer, length)))
        .subarray(0, into.length);
      into.set(target);
      memory.setU32(result, target.length);
    },

    path_symlink(target: number, targetLength: number, fd: number, pointer: number, length: number) {
      const { directory } = descriptors.directory(fd, RIGHT.pathSymlink);
      createLinkAt(directory, memory.path(pointer, length), memory.path(target, targetLength));
    },

    path_link(
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      toFd: number,
      toPointer: number,
      toLength: number,
    ) {
      const from = descriptors.directory(fd, RIGHT.pathLinkSource);
      const to = descriptors.directory(toFd, RIGHT.pathLinkTarget);
      // What a link is followed to could be swapped before the link to it is made.
      if (follows(lookup)) throw new WasiError(ERRNO.inval);
      checkSameRoot(from, to);
      linkAt(
        { start: from.directory, path: memory.path(pointer, length) },
        { start: to.directory, path: memory.path(toPointer, toLength) },
      );
    },

    path_rename(
      fd: number,
      pointer: number,
      length: number,
      toFd: number,
      toPointer: number,
      toLength: number,
    ) {
      const from = descriptors.directory(fd, RIGHT.pathRenameSource);
      const to = descriptors.directory(toFd, RIGHT.pathRenameTarget);
      checkSameRoot(from, to);
      renameAt(
        { start: from.directory, path: memory.path(pointer, length) },
        { start: to.directory, path: memory.path(toPointer, toLength) },
      );
    },
  };
};

/** `path_filestat_get`, in either layout. */
export function pathFilestat(layout: FilestatLayout): ImportGroup {
  return (context, memory) => ({
    path_filestat_get(fd: number, lookup: number, pointer: number, length: number, result: number) {
      const { directory } = context.descriptors.directory(fd, RIGHT.pathFilestatGet);
      const stat = statPath(directory, memory.path(pointer, length), follows(lookup));
      writeFilestat(context, memory, result, stat, layout);
    },
  });
}

function follows(lookup: number): boolean {
  return (lookup & LOOKUP_FOLLOW) !== 0;
}

/** Two preopens are two file systems, even where the host's own would allow it. */
function checkSameRoot(from: DirectoryDescriptor, to: DirectoryDescriptor): void {
  if (from.root !== to.root) throw new WasiError(ERRNO.xdev);
}
