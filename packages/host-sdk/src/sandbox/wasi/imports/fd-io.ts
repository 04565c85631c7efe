import { posixCode } from "../../fs/file-system-error.ts";
import { FDFLAGS, WHENCE } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import type { FileDescriptor, OutputDescriptor } from "../descriptors.ts";
import { ERRNO, WasiError } from "../errno.ts";
import { toPosition } from "../file-structures.ts";
import type { GuestMemory } from "../guest-memory.ts";
import { RIGHT } from "../rights.ts";

/** Reading, writing and positions. */
export const fdIo: ImportGroup = ({ descriptors }, memory) => ({
  fd_read(fd: number, iovecs: number, count: number, result: number) {
    const descriptor = descriptors.withRight(fd, RIGHT.fdRead);
    memory.range(result, 4);
    const buffers = memory.buffers(iovecs, count);
    if (descriptor.type === "input") {
      const stream = descriptor.stream();
      memory.setU32(
        result,
        fill(memory, buffers, (into) => stream.read(into)),
      );
    } else if (descriptor.type === "file") {
      const read = readFile(memory, descriptor, buffers, descriptor.position);
      descriptor.position += read;
      memory.setU32(result, read);
    } else throw new WasiError(ERRNO.badf);
  },

  fd_pread(fd: number, iovecs: number, count: number, offset: bigint, result: number) {
    const descriptor = descriptors.file(fd, RIGHT.fdRead | RIGHT.fdSeek);
    memory.range(result, 4);
    memory.setU32(result, readFile(memory, descriptor, memory.buffers(iovecs, count), toPosition(offset)));
  },

  fd_write(fd: number, iovecs: number, count: number, result: number) {
    const descriptor = descriptors.withRight(fd, RIGHT.fdWrite);
    memory.range(result, 4);
    const buffers = memory.buffers(iovecs, count);
    if (descriptor.type === "output") memory.setU32(result, writeStream(descriptor, buffers));
    else if (descriptor.type === "file") {
      const start = appends(descriptor) ? Number(descriptor.file.stat().size) : descriptor.position;
      const written = writeFile(memory, descriptor, buffers, start);
      descriptor.position = start + written;
      memory.setU32(result, written);
    } else throw new WasiError(ERRNO.badf);
  },

  fd_pwrite(fd: number, iovecs: number, count: number, offset: bigint, result: number) {
    const descriptor = descriptors.file(fd, RIGHT.fdWrite | RIGHT.fdSeek);
    memory.range(result, 4);
    memory.setU32(result, writeFile(memory, descriptor, memory.buffers(iovecs, count), toPosition(offset)));
  },

  fd_seek(fd: number, offset: bigint, whence: number, result: number) {
    const onlyTells = offset === 0n && whence === WHENCE.current;
    const descriptor = descriptors.file(fd, onlyTells ? RIGHT.fdTell : RIGHT.fdSeek);
    memory.range(result, 8);
    const position = seekBase(descriptor, whence) + BigInt.asIntN(64, offset);
    if (position < 0n || position > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(ERRNO.inval);
    descriptor.position = Number(position);
    memory.setU64(result, position);
  },

  fd_tell(fd: number, result: number) {
    memory.setU64(result, BigInt(descriptors.file(fd, RIGHT.fdTell).position));
  },
});

function seekBase({ file, position }: FileDescriptor, whence: number): bigint {
  switch (whence) {
    case WHENCE.set:
      return 0n;
    case WHENCE.current:
      return BigInt(position);
    case WHENCE.end:
      return file.stat().size;
    default:
      throw new WasiError(ERRNO.inval);
  }
}

function appends({ flags }: FileDescriptor): boolean {
  return (flags & FDFLAGS.append) !== 0;
}

/**
 * Moves bytes buffer by buffer until one is not done entirely. An error after the first bytes is a short
 * transfer, as POSIX has it: the guest meets it again with the rest.
 */
function transfer(
  buffers: readonly Uint8Array[],
  move: (buffer: Uint8Array, done: number) => number,
): number {
  let done = 0;
  for (const buffer of buffers) {
    try {
      const moved = move(buffer, done);
      done += moved;
      if (moved < buffer.length) break;
    } catch (error) {
      if (done === 0 || posixCode(error) === undefined) throw error;
      break;
    }
  }
  return done;
}

/** Reads into buffers of a guest, through scratch memory if they are shared: hosts refuse to fill those. */
function fill(
  memory: GuestMemory,
  buffers: readonly Uint8Array[],
  read: (into: Uint8Array, done: number) => number,
): number {
  if (!memory.isShared) return transfer(buffers, read);
  return transfer(buffers, (buffer, done) => {
    const scratch = new Uint8Array(buffer.length);
    const moved = read(scratch, done);
    buffer.set(scratch.subarray(0, moved));
    return moved;
  });
}

function readFile(
  memory: GuestMemory,
  { file }: FileDescriptor,
  buffers: readonly Uint8Array[],
  position: number,
): number {
  return fill(memory, buffers, (into, done) => file.read(into, position + done));
}

function writeFile(
  memory: GuestMemory,
  { file, flags }: FileDescriptor,
  buffers: readonly Uint8Array[],
  position: number,
): number {
  const written = transfer(buffers, (buffer, done) => {
    return file.write(memory.isShared ? buffer.slice() : buffer, position + done);
  });
  if ((flags & (FDFLAGS.sync | FDFLAGS.dsync)) !== 0) file.sync((flags & FDFLAGS.sync) === 0);
  return written;
}

/** Hands a stream one chunk per call, its own copy. */
function writeStream(descriptor: OutputDescriptor, buffers: readonly Uint8Array[]): number {
  const length = buffers.reduce((total, buffer) => total + buffer.length, 0);
  const stream = descriptor.stream();
  if (stream === undefined || length === 0) return length;
  const chunk = new Uint8Array(length);
  let at = 0;
  for (const buffer of buffers) {
    chunk.set(buffer, at);
    at += buffer.length;
  }
  stream.write(chunk);
  return length;
}
