/** Moving bytes between the plugin's memory and the kernel's: directly where the host can, else 8 bytes at a time. */
import { directInput, directLoad, directOutput, directStore, isDirect } from "./direct";
import * as env from "./env";

/** Copies the first `length` bytes of the input to guest address `target`. */
export function copyInput(target: usize, length: usize): void {
  if (isDirect()) {
    directInput(target, 0, length);
    return;
  }
  const words = length & ~7;
  let index: usize = 0;
  for (; index < words; index += 8) store<u64>(target + index, env.input_load_u64(<u64>index));
  for (; index < length; index++) store<u8>(target + index, env.input_load_u8(<u64>index));
}

/** Makes `length` bytes at guest address `source` the call's output. */
export function copyOutput(source: usize, length: usize): void {
  if (isDirect()) {
    directOutput(source, length);
    return;
  }
  const handle = newBlock(source, length);
  env.output_set(handle, <u64>length);
}

/** Copies `length` bytes from kernel address `address` to guest address `target`. */
export function loadBlock(target: usize, address: u64, length: usize): void {
  if (isDirect() && length != 0) {
    directLoad(target, address, length);
    return;
  }
  const words = length & ~7;
  let index: usize = 0;
  for (; index < words; index += 8) store<u64>(target + index, env.load_u64(address + <u64>index));
  for (; index < length; index++) store<u8>(target + index, env.load_u8(address + <u64>index));
}

/** Copies `length` bytes at guest address `source` to kernel address `address`. */
export function storeBlock(address: u64, source: usize, length: usize): void {
  if (isDirect() && length != 0) {
    directStore(address, source, length);
    return;
  }
  const words = length & ~7;
  let index: usize = 0;
  for (; index < words; index += 8) env.store_u64(address + <u64>index, load<u64>(source + index));
  for (; index < length; index++) env.store_u8(address + <u64>index, load<u8>(source + index));
}

/**
 * Allocates a block of the kernel's memory; 0 bytes give handle 0 or an empty block, as the host likes.
 *
 * A refusal traps at once: reporting it as error text would need another block, and would hide from the host that the
 * memory limit was the cause.
 */
export function allocateBlock(length: u64): u64 {
  const handle = env.alloc(length);
  if (handle == 0 && length != 0) unreachable();
  return handle;
}

/** A new block that holds `length` bytes from guest address `source`. */
export function newBlock(source: usize, length: usize): u64 {
  const handle = allocateBlock(<u64>length);
  storeBlock(handle, source, length);
  return handle;
}
