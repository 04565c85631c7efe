/**
 * Direct transfer: a host that knows this global puts four copy functions into the plugin's function table and writes
 * the index of the first one here. While it is 0 (every other host) the plain ABI moves the bytes.
 *
 * `exports.ts` makes it an export of the plugin; without that export the compiler sees that it never changes and
 * drops the direct paths.
 */
export let mortise_direct: i32 = 0;

/** Whether the host offers direct transfer. */
// @ts-ignore: decorator
@inline
export function isDirect(): bool {
  return mortise_direct != 0;
}

/** Slot 0: copies `length` bytes of the input, from `offset` on, to guest address `target`. */
// @ts-ignore: decorator
@inline
export function directInput(target: usize, offset: usize, length: usize): void {
  call_indirect<void>(mortise_direct, <i32>target, <i32>offset, <i32>length);
}

/** Slot 1: makes `length` bytes at guest address `source` the call's output. */
// @ts-ignore: decorator
@inline
export function directOutput(source: usize, length: usize): void {
  call_indirect<void>(mortise_direct + 1, <i32>source, <i32>length);
}

/** Slot 2: copies `length` bytes from kernel address `address`, which lies in a live block, to guest address `target`. */
// @ts-ignore: decorator
@inline
export function directLoad(target: usize, address: u64, length: usize): void {
  call_indirect<void>(mortise_direct + 2, <i32>target, <i64>address, <i32>length);
}

/** Slot 3: copies `length` bytes at guest address `source` to kernel address `address`, which lies in a live block. */
// @ts-ignore: decorator
@inline
export function directStore(address: u64, source: usize, length: usize): void {
  call_indirect<void>(mortise_direct + 3, <i64>address, <i32>source, <i32>length);
}
