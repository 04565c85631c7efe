// The functions of `extism:host/env` that only touch blocks, input, output and error: guests import them straight
// from here, so that a guest's `load_u64` is a call from wasm to wasm. The last part is for the host alone.
import { allocate, bytesFrom, clear, get, initialise, isLive, lengthOf, release, retire, set } from "./blocks";
import { ERROR, HEAP_BASE, INPUT_LENGTH, INPUT_LOADED, INPUT_OFFSET, OUTPUT_LENGTH, OUTPUT_OFFSET, PAGE_SHIFT, REFUSED, TABLE_START, USED } from "./layout";

/** Asks the host to put the input into a block; returns its address. */
// @ts-ignore: decorator
@external("host", "bring_input")
declare function bringInput(): u32;

/** Tells the host of a range outside kernel memory; does not return. */
// @ts-ignore: decorator
@external("host", "bad_range")
declare function badRange(offset: u64, length: u64): void;

// The host's copy functions of direct transfer.
// @ts-ignore: decorator
@external("host", "direct_input")
declare function directInput(target: u32, offset: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "direct_output")
declare function directOutput(source: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "direct_load")
declare function directLoad(target: u32, address: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "direct_store")
declare function directStore(address: u32, source: u32, length: u32): void;

/** What OUTPUT_OFFSET holds while the host keeps the output. */
const WITH_HOST: u32 = 0xffff_ffff;

/** What ERROR holds when a guest set an error whose text is not in a live block: the call fails all the same. */
const UNREADABLE: u32 = 1;

// @ts-ignore: decorator
@inline
function inside(offset: u64, length: u64, size: u32): bool {
  return offset < size && size - offset >= length;
}

function requireRange(offset: u64, length: u64): void {
  if (!inside(offset - HEAP_BASE, length, get(USED))) {
    badRange(offset, length);
    unreachable();
  }
}

// ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function alloc(length: u64): u64 {
  return length ? allocate(length) : 0;
}

export function free(handle: u64): void {
  if (handle == get(INPUT_OFFSET) && isLive(handle)) forgetInput();
  release(handle);
}

export function length(handle: u64): u64 {
  return lengthOf(handle);
}

export function length_unsafe(handle: u64): u64 {
  return lengthOf(handle);
}

export function load_u8(address: u64): u32 {
  return inside(address - HEAP_BASE, 1, get(USED)) ? load<u8>(<usize>address) : 0;
}

export function load_u64(address: u64): u64 {
  return inside(address - HEAP_BASE, 8, get(USED)) ? load<u64>(<usize>address) : 0;
}

export function store_u8(address: u64, value: u32): void {
  if (inside(address - HEAP_BASE, 1, get(USED))) store<u8>(<usize>address, <u8>value);
}

export function store_u64(address: u64, value: u64): void {
  if (inside(address - HEAP_BASE, 8, get(USED))) store<u64>(<usize>address, value);
}

// ── input ───────────────────────────────────────────────────────────────────────────────────────────────────────

function forgetInput(): void {
  set(INPUT_OFFSET, 0);
  set(INPUT_LENGTH, 0);
  set(INPUT_LOADED, 0);
}

/** Brings the input in if it is still with the host; whether there was anything to bring. */
function loadInput(): bool {
  if (get(INPUT_OFFSET) || !get(INPUT_LENGTH)) return false;
  set(INPUT_OFFSET, bringInput());
  set(INPUT_LOADED, get(INPUT_LENGTH));
  return true;
}

export function input_length(): u64 {
  return get(INPUT_LENGTH);
}

export function input_offset(): u64 {
  loadInput();
  return get(INPUT_OFFSET);
}

export function input_load_u8(index: u64): u32 {
  if (!inside(index, 1, get(INPUT_LOADED))) {
    if (!loadInput()) return 0;
    return input_load_u8(index);
  }
  return load<u8>(<usize>get(INPUT_OFFSET) + <usize>index);
}

export function input_load_u64(index: u64): u64 {
  if (!inside(index, 8, get(INPUT_LOADED))) {
    if (!loadInput()) return 0;
    return input_load_u64(index);
  }
  return load<u64>(<usize>get(INPUT_OFFSET) + <usize>index);
}

export function input_set(offset: u64, length: u64): void {
  if (!length) return forgetInput();
  requireRange(offset, length);
  set(INPUT_OFFSET, <u32>offset);
  set(INPUT_LENGTH, <u32>length);
  set(INPUT_LOADED, <u32>length);
}

// ── output and error ────────────────────────────────────────────────────────────────────────────────────────────

export function output_set(offset: u64, length: u64): void {
  if (offset | length) requireRange(offset, length);
  set(OUTPUT_OFFSET, <u32>offset);
  set(OUTPUT_LENGTH, <u32>length);
}

export function output_offset(): u64 {
  return get(OUTPUT_OFFSET) == WITH_HOST ? 0 : get(OUTPUT_OFFSET);
}

export function output_length(): u64 {
  return get(OUTPUT_LENGTH);
}

export function error_set(handle: u64): void {
  set(ERROR, isLive(handle) ? <u32>handle : <u32>(handle != 0) * UNREADABLE);
}

export function error_get(): u64 {
  return isLive(get(ERROR)) ? get(ERROR) : 0;
}

export function reset(): void {
  clear();
  forgetInput();
  set(OUTPUT_OFFSET, 0);
  set(OUTPUT_LENGTH, 0);
  set(ERROR, 0);
}

export function memory_bytes(): u64 {
  return (<u64>memory.size()) << PAGE_SHIFT;
}

// ── direct transfer: what goes into a guest's table, with the wasm signatures that it needs ──────────────────────────

/** An address is 64 bits wide in the ABI, while every block lies below 4 GiB: what does not fit is no block's. */
// @ts-ignore: decorator
@inline
function narrow(address: u64): u32 {
  return address >> 32 ? 0 : <u32>address;
}

export function direct_input(target: u32, offset: u32, length: u32): void {
  directInput(target, offset, length);
}

export function direct_output(source: u32, length: u32): void {
  directOutput(source, length);
}

export function direct_load(target: u32, address: u64, length: u32): void {
  directLoad(target, narrow(address), length);
}

export function direct_store(address: u64, source: u32, length: u32): void {
  directStore(narrow(address), source, length);
}

// ── for the host ────────────────────────────────────────────────────────────────────────────────────────────────

/** Sets up a memory that no kernel has used yet; any other is left as it is. */
export function host_initialise(): void {
  if (!get(TABLE_START)) initialise();
}

/** Starts a call whose input of `length` bytes stays with the host until a guest asks for it. */
export function host_begin(length: u32): void {
  set(REFUSED, 0);
  set(INPUT_LENGTH, length);
}

/** A live block, zero-length ones included; 0 when the memory is full. */
export function host_alloc(length: u32): u32 {
  return allocate(length);
}

export function host_free(handle: u32): void {
  free(handle);
}

/** Ends a block that an import has read. */
export function host_consume(handle: u64): void {
  if (handle == get(INPUT_OFFSET) && isLive(handle)) forgetInput();
  retire(handle);
}

/** Records that the host took the output itself. */
export function host_output(length: u32): void {
  set(OUTPUT_OFFSET, WITH_HOST);
  set(OUTPUT_LENGTH, length);
}

/** Where the input lies in this memory; 0 while it is with the host, and when there is none. */
export function host_input_at(): u32 {
  return get(INPUT_OFFSET);
}

/** Bytes of a live block from `address` to its end; 0 outside every live block. */
export function host_bytes_from(address: u32): u32 {
  return bytesFrom(address);
}

/** What a call left behind, as bits: 1 an error, 2 an output in this memory, 4 an output that the host keeps. */
export function host_outcome(): u32 {
  const output: u32 = get(OUTPUT_OFFSET) == WITH_HOST ? 4 : <u32>(get(OUTPUT_LENGTH) != 0) << 1;
  return output | <u32>(get(ERROR) != 0);
}

/** Where the output lies in this memory. */
export function host_output_at(): u32 {
  return get(OUTPUT_OFFSET);
}

/** Length of the output, wherever it is. */
export function host_output_length(): u32 {
  return get(OUTPUT_LENGTH);
}

/** Length of the input, wherever it is. */
export function host_input_length(): u32 {
  return get(INPUT_LENGTH);
}

/** Exact length of a live block, else -1. */
export function host_length(handle: u64): i32 {
  return isLive(handle) ? <i32>lengthOf(handle) : -1;
}

/** The error's handle, another number when it cannot be read, 0 for none. */
export function host_error(): u32 {
  return get(ERROR);
}

/** Whether an allocation was refused since the call began. */
export function host_refused(): u32 {
  return get(REFUSED);
}
