/**
 * Numbers of WASI preview 1.
 * @see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */

export const FILETYPE = {
  unknown: 0,
  directory: 3,
  regularFile: 4,
  symbolicLink: 7,
} as const;

export const CLOCK = { realtime: 0, monotonic: 1, processCpuTime: 2, threadCpuTime: 3 } as const;

export const WHENCE = { set: 0, current: 1, end: 2 } as const;

export const OFLAGS = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;

export const FDFLAGS = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;
export const ALL_FDFLAGS = 31;

export const LOOKUP_FOLLOW = 1;

export const FSTFLAGS = { accessed: 1, accessedNow: 2, modified: 4, modifiedNow: 8 } as const;
export const ALL_FSTFLAGS = 15;

export const EVENT = { clock: 0, read: 1, write: 2 } as const;
export const SUBCLOCK_ABSOLUTE = 1;

/** Sizes of structures in bytes. */
export const SIZE = {
  iovec: 8,
  prestat: 8,
  fdstat: 24,
  filestat: 64,
  dirent: 24,
  subscription: 48,
  event: 32,
} as const;
