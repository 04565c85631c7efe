// WASI preview 1 without a library: the imports themselves.
@external("wasi_snapshot_preview1", "path_open")
declare function path_open(
  directory: u32, lookup: u32, path: usize, length: usize, flags: u32, rights: u64, inheriting: u64, fdFlags: u32,
  opened: usize,
): u32;
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: u32, buffers: usize, count: u32, read: usize): u32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, buffers: usize, count: u32, written: usize): u32;
@external("wasi_snapshot_preview1", "fd_close")
declare function fd_close(fd: u32): u32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: u32): void;

/** The first directory that a command was given. */
const PROJECT: u32 = 3;
const FOLLOW_LINKS: u32 = 1;
const RIGHT_TO_READ: u64 = 2;

const scratch = memory.data(16);
const buffer = memory.data(4096);

/** Says what is wrong and ends the command. */
export function fail(message: string): void {
  print(2, message);
  proc_exit(1);
}

/** Writes all of a text to an open descriptor. */
export function print(fd: u32, text: string): void {
  const bytes = String.UTF8.encode(text);
  let written = 0;
  while (written < bytes.byteLength) {
    store<u32>(scratch, <u32>(changetype<usize>(bytes) + written));
    store<u32>(scratch, bytes.byteLength - written, 4);
    if (fd_write(fd, scratch, 1, scratch + 8) != 0) proc_exit(2);
    written += load<u32>(scratch, 8);
  }
}

/** Reads an open descriptor to its end. */
export function readAll(fd: u32): string {
  let bytes = new Uint8Array(0);
  let length = readSome(fd);
  while (length > 0) {
    const longer = new Uint8Array(bytes.length + length);
    longer.set(bytes);
    memory.copy(longer.dataStart + bytes.length, buffer, length);
    bytes = longer;
    length = readSome(fd);
  }
  return String.UTF8.decode(bytes.buffer);
}

/** Reads into the buffer; returns how much, 0 at the end. */
function readSome(fd: u32): u32 {
  store<u32>(scratch, <u32>buffer);
  store<u32>(scratch, 4096, 4);
  if (fd_read(fd, scratch, 1, scratch + 8) != 0) proc_exit(2);
  return load<u32>(scratch, 8);
}

/** Reads a file of the project. */
export function readFile(path: string): string {
  const name = String.UTF8.encode(path);
  const from = changetype<usize>(name);
  const errno = path_open(PROJECT, FOLLOW_LINKS, from, name.byteLength, 0, RIGHT_TO_READ, 0, 0, scratch);
  if (errno != 0) fail(`cannot open ${path}: error ${errno}\n`);
  const fd = load<u32>(scratch);
  const text = readAll(fd);
  fd_close(fd);
  return text;
}

/** What the compiler calls when an assertion fails. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  fail(`${message === null ? "aborted" : message} at ${file === null ? "" : file}:${line}:${column}\n`);
}
