import type { FileStat } from "../../fs/file-system.ts";
import { posixCode } from "../../fs/file-system-error.ts";
import { FILETYPE, SIZE } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import type { DirectoryDescriptor } from "../descriptors.ts";
import type { FileIdentity } from "../file-identity.ts";
import { toFiletype } from "../file-structures.ts";
import { RIGHT } from "../rights.ts";

const utf8 = new TextEncoder();

/**
 * `fd_readdir`. The names are taken down when a guest starts from the beginning, and cookies count them: so
 * a guest that removes entries as it goes misses none. An entry that is gone by then is left out.
 */
export const readdir: ImportGroup = ({ descriptors, identity }, memory) => ({
  fd_readdir(fd: number, pointer: number, length: number, cookie: bigint, result: number) {
    const descriptor = descriptors.directory(fd, RIGHT.fdReaddir);
    const buffer = memory.bytes(pointer, length);
    memory.range(result, 4);
    const first = BigInt.asUintN(64, cookie);
    if (first === 0n || descriptor.names === undefined)
      descriptor.names = [".", "..", ...descriptor.directory.list()];
    const { names } = descriptor;
    let used = 0;
    for (let index = first < names.length ? Number(first) : names.length; index < names.length; index++) {
      const entry = directoryEntry(identity, descriptor, names[index] as string, index + 1);
      if (entry === undefined) continue;
      const part = entry.subarray(0, buffer.length - used);
      buffer.set(part, used);
      used += part.length;
      if (used === buffer.length) break;
    }
    memory.setU32(result, used);
  },
});

/** A `dirent` and the name after it; `undefined` if the entry is gone. */
function directoryEntry(
  identity: FileIdentity,
  { directory }: DirectoryDescriptor,
  name: string,
  next: number,
): Uint8Array | undefined {
  const stat = name === ".." ? null : statOrNothing(() => directory.statAt(name));
  if (stat === undefined) return undefined;
  const encoded = utf8.encode(name);
  const entry = new Uint8Array(SIZE.dirent + encoded.length);
  const view = new DataView(entry.buffer);
  view.setBigUint64(0, BigInt(next), true);
  // Where `..` leads is none of the guest's business at a root; 0 means "not known" to C libraries.
  view.setBigUint64(8, stat === null ? 0n : identity.inode(stat.inode), true);
  view.setUint32(16, encoded.length, true);
  view.setUint8(20, stat === null ? FILETYPE.directory : toFiletype(stat.type));
  entry.set(encoded, SIZE.dirent);
  return entry;
}

function statOrNothing(stat: () => FileStat): FileStat | undefined {
  try {
    return stat();
  } catch (error) {
    if (posixCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
