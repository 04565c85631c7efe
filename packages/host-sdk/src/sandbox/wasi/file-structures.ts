import type { FileStat, FileTimes, FileType } from "../fs/file-system.ts";
import { ALL_FSTFLAGS, FILETYPE, FSTFLAGS, SIZE } from "./abi.ts";
import type { WasiContext } from "./context.ts";
import type { Descriptor } from "./descriptors.ts";
import { ERRNO, WasiError } from "./errno.ts";
import type { GuestMemory } from "./guest-memory.ts";

const FILETYPES: Readonly<Record<FileType, number>> = {
  file: FILETYPE.regularFile,
  directory: FILETYPE.directory,
  symlink: FILETYPE.symbolicLink,
  other: FILETYPE.unknown,
};

/** The `filetype` of an entry. */
export function toFiletype(type: FileType): number {
  return FILETYPES[type];
}

/** The `filetype` of a descriptor. Standard streams are no terminals. */
export function descriptorFiletype({ type }: Descriptor): number {
  return type === "file" || type === "directory" ? FILETYPES[type] : FILETYPE.unknown;
}

/** How a `filestat` is laid out; `wasi_unstable` has a link count of 32 bits. */
export type FilestatLayout = "snapshot" | "unstable";

/** Writes a `filestat`. */
export function writeFilestat(
  { identity }: WasiContext,
  memory: GuestMemory,
  pointer: number,
  stat: FileStat,
  layout: FilestatLayout,
): void {
  const unstable = layout === "unstable";
  const start = memory.range(pointer, SIZE.filestat - (unstable ? 8 : 0));
  memory.fill(start, 24);
  memory.setU64(start, identity.device(stat.device));
  memory.setU64(start + 8, identity.inode(stat.inode));
  memory.setU8(start + 16, toFiletype(stat.type));
  if (unstable) memory.setU32(start + 20, Number(BigInt.asUintN(32, stat.links)));
  else memory.setU64(start + 24, stat.links);
  const rest = start + (unstable ? 24 : 32);
  memory.setU64(rest, stat.size);
  memory.setU64(rest + 8, stat.accessed);
  memory.setU64(rest + 16, stat.modified);
  memory.setU64(rest + 24, stat.changed);
}

/** Writes the `filestat` of a standard stream, of which nothing is known. */
export function writeStreamFilestat(memory: GuestMemory, pointer: number, layout: FilestatLayout): void {
  memory.fill(pointer, SIZE.filestat - (layout === "unstable" ? 8 : 0));
}

/** The times that a `filestat_set_times` call asks for. @throws `EINVAL` for flags that contradict each other */
export function toFileTimes(
  { time }: WasiContext,
  accessed: bigint,
  modified: bigint,
  flags: number,
): FileTimes {
  const both = (pair: number) => (flags & pair) === pair;
  const contradictory =
    both(FSTFLAGS.accessed | FSTFLAGS.accessedNow) || both(FSTFLAGS.modified | FSTFLAGS.modifiedNow);
  if (contradictory || (flags & ~ALL_FSTFLAGS) !== 0) throw new WasiError(ERRNO.inval);
  const pick = (given: bigint, set: number, now: number) => {
    if ((flags & now) !== 0) return time.realtime();
    return (flags & set) === 0 ? undefined : BigInt.asUintN(64, given);
  };
  return {
    accessed: pick(accessed, FSTFLAGS.accessed, FSTFLAGS.accessedNow),
    modified: pick(modified, FSTFLAGS.modified, FSTFLAGS.modifiedNow),
  };
}

/** A position or size from a guest, as a number. @throws `EINVAL` beyond 2^53 − 1 */
export function toPosition(value: bigint): number {
  const unsigned = BigInt.asUintN(64, value);
  if (unsigned > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(ERRNO.inval);
  return Number(unsigned);
}
