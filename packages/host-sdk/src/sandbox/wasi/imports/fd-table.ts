import { SIZE } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import type { DescriptorTable } from "../descriptors.ts";
import { ERRNO, WasiError } from "../errno.ts";

const PREOPENTYPE_DIR = 0;

/** Descriptors as such: closing, renumbering, and what was open from the start. */
export const fdTable: ImportGroup = ({ descriptors }, memory) => ({
  fd_close: (fd: number) => descriptors.close(fd),

  fd_renumber: (from: number, to: number) => descriptors.renumber(from, to),

  fd_prestat_get(fd: number, result: number) {
    const path = preopenPath(descriptors, fd);
    const start = memory.range(result, SIZE.prestat);
    memory.setU32(start, PREOPENTYPE_DIR);
    memory.setU32(start + 4, path.length);
  },

  fd_prestat_dir_name(fd: number, pointer: number, length: number) {
    const path = preopenPath(descriptors, fd);
    if (length >>> 0 < path.length) throw new WasiError(ERRNO.nametoolong);
    memory.set(pointer, path);
  },
});

/** Guests ask for 3, 4, … until they are told `EBADF`. */
function preopenPath(descriptors: DescriptorTable, fd: number): Uint8Array {
  const descriptor = descriptors.get(fd);
  const path = descriptor.type === "directory" ? descriptor.preopenPath : undefined;
  if (path === undefined) throw new WasiError(ERRNO.badf);
  return path;
}
