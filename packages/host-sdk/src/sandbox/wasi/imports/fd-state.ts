import type { FileStat } from "../../fs/file-system.ts";
import { ALL_FDFLAGS, SIZE } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import { ERRNO, WasiError } from "../errno.ts";
import {
  descriptorFiletype,
  type FilestatLayout,
  toFileTimes,
  toPosition,
  writeFilestat,
  writeStreamFilestat,
} from "../file-structures.ts";
import { RIGHT, toRights } from "../rights.ts";

/** What a descriptor is and may do; sizes, times and durability of an open file. */
export const fdState: ImportGroup = (context, memory) => ({
  fd_fdstat_get(fd: number, result: number) {
    const descriptor = context.descriptors.get(fd);
    const start = memory.range(result, SIZE.fdstat);
    memory.fill(start, SIZE.fdstat);
    memory.setU8(start, descriptorFiletype(descriptor));
    memory.setU16(start + 2, descriptor.flags);
    memory.setU64(start + 8, BigInt(descriptor.rights));
    memory.setU64(start + 16, BigInt(descriptor.inheriting));
  },

  fd_fdstat_set_flags(fd: number, flags: number) {
    const descriptor = context.descriptors.withRight(fd, RIGHT.fdFdstatSetFlags);
    if ((flags & ~ALL_FDFLAGS) !== 0) throw new WasiError(ERRNO.inval);
    descriptor.flags = flags;
  },

  fd_fdstat_set_rights(fd: number, rights: bigint, inheriting: bigint) {
    const descriptor = context.descriptors.get(fd);
    const base = toRights(rights);
    const inherited = toRights(inheriting);
    if ((base & ~descriptor.rights) !== 0 || (inherited & ~descriptor.inheriting) !== 0) {
      throw new WasiError(ERRNO.notcapable);
    }
    descriptor.rights = base;
    descriptor.inheriting = inherited;
  },

  fd_filestat_set_size(fd: number, size: bigint) {
    context.descriptors.file(fd, RIGHT.fdFilestatSetSize).file.setSize(toPosition(size));
  },

  fd_filestat_set_times(fd: number, accessed: bigint, modified: bigint, flags: number) {
    const descriptor = context.descriptors.withRight(fd, RIGHT.fdFilestatSetTimes);
    const times = toFileTimes(context, accessed, modified, flags);
    if (descriptor.type === "file") descriptor.file.setTimes(times);
    else if (descriptor.type === "directory") descriptor.directory.setTimesAt(".", times);
  },

  fd_allocate(fd: number, offset: bigint, length: bigint) {
    const { file } = context.descriptors.file(fd, RIGHT.fdAllocate);
    const size = toPosition(offset) + toPosition(length);
    if (length === 0n || !Number.isSafeInteger(size)) throw new WasiError(ERRNO.inval);
    if (size > file.stat().size) file.setSize(size);
  },

  fd_advise(fd: number, _offset: bigint, _length: bigint, advice: number) {
    context.descriptors.file(fd, RIGHT.fdAdvise);
    if (advice >>> 0 > 5) throw new WasiError(ERRNO.inval);
  },

  fd_sync(fd: number) {
    const descriptor = context.descriptors.withRight(fd, RIGHT.fdSync);
    if (descriptor.type === "file") descriptor.file.sync(false);
  },

  fd_datasync(fd: number) {
    const descriptor = context.descriptors.withRight(fd, RIGHT.fdDatasync);
    if (descriptor.type === "file") descriptor.file.sync(true);
  },
});

/** `fd_filestat_get`, in either layout. */
export function fdFilestat(layout: FilestatLayout): ImportGroup {
  return (context, memory) => ({
    fd_filestat_get(fd: number, result: number) {
      const descriptor = context.descriptors.withRight(fd, RIGHT.fdFilestatGet);
      let stat: FileStat;
      if (descriptor.type === "file") stat = descriptor.file.stat();
      else if (descriptor.type === "directory") stat = descriptor.directory.statAt(".");
      else return writeStreamFilestat(memory, result, layout);
      writeFilestat(context, memory, result, stat, layout);
    },
  });
}
