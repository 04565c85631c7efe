// AssemblyScript without a WASI library: the imports themselves.
@external("wasi_snapshot_preview1", "args_sizes_get")
declare function args_sizes_get(count: usize, bytes: usize): u32;
@external("wasi_snapshot_preview1", "args_get")
declare function args_get(pointers: usize, bytes: usize): u32;
@external("wasi_snapshot_preview1", "environ_sizes_get")
declare function environ_sizes_get(count: usize, bytes: usize): u32;
@external("wasi_snapshot_preview1", "environ_get")
declare function environ_get(pointers: usize, bytes: usize): u32;
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: u32, iovecs: usize, count: u32, read: usize): u32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, iovecs: usize, count: u32, written: usize): u32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: u32): void;

const scratch = memory.data(16);
const buffer = memory.data(4096);

function transfer(fd: u32, length: u32, write: bool): u32 {
  store<u32>(scratch, <u32>buffer);
  store<u32>(scratch, length, 4);
  const errno = write ? fd_write(fd, scratch, 1, scratch + 8) : fd_read(fd, scratch, 1, scratch + 8);
  if (errno != 0) proc_exit(100 + errno);
  return load<u32>(scratch, 8);
}

function print(fd: u32, text: string): void {
  const bytes = String.UTF8.encode(text);
  memory.copy(buffer, changetype<usize>(bytes), bytes.byteLength);
  transfer(fd, bytes.byteLength, true);
}

function strings(environment: bool): string[] {
  if (environment) environ_sizes_get(scratch, scratch + 4);
  else args_sizes_get(scratch, scratch + 4);
  const count = load<u32>(scratch);
  const pointers = heap.alloc(count * 4);
  const bytes = heap.alloc(load<u32>(scratch, 4));
  if (environment) environ_get(pointers, bytes);
  else args_get(pointers, bytes);
  const result: string[] = [];
  for (let i: u32 = 0; i < count; i++) {
    const start = load<u32>(pointers + i * 4);
    let end = start;
    while (load<u8>(end) != 0) end++;
    result.push(String.UTF8.decodeUnsafe(start, end - start));
  }
  return result;
}

export function _start(): void {
  print(1, "args " + strings(false).join(" ") + "\n");
  print(1, strings(true)[0] + "\n");
  for (let read = transfer(0, 4096, false); read > 0; read = transfer(0, 4096, false)) transfer(1, read, true);
  print(1, "\n");
  print(2, "done\n");
  proc_exit(3);
}
