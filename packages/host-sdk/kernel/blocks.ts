// The block table: one 8-byte entry per granule, kept above the heap and out of a guest's reach.
// Only the entry of a block's first granule is in use: its state and size in granules, then, for a live block,
// its exact length in bytes, or, for any other, the address of the next block in its list.
import { BUMP, CLASS_BITS, CONSUMED_NEWEST, CONSUMED_OLDEST, ENTRY_SHIFT, FREE_LISTS, GRANULE_SHIFT, HEAP_BASE, PAGE_SHIFT, REFUSED, TABLE_START, USED } from "./layout";

export const LIVE: u32 = 1;
export const FREE: u32 = 2;
export const CONSUMED: u32 = 3;

const LARGEST: u64 = 0xffff_0000 - 2 * HEAP_BASE;

// @ts-ignore: decorator
@inline
export function get(field: usize): u32 {
  return load<u32>(field);
}

// @ts-ignore: decorator
@inline
export function set(field: usize, value: u32): void {
  store<u32>(field, value);
}

// @ts-ignore: decorator
@inline
function entry(block: u32): usize {
  return get(TABLE_START) + (((block - HEAP_BASE) >> GRANULE_SHIFT) << ENTRY_SHIFT);
}

// @ts-ignore: decorator
@inline
function granules(block: u32): u32 {
  return load<u32>(entry(block)) >> 2;
}

function mark(block: u32, state: u32, size: u32, value: u32): void {
  const at = entry(block);
  store<u32>(at, (size << 2) | state);
  store<u32>(at, value, 4);
}

/** The entry of the live block that starts exactly at `address`, or 0. */
function liveEntry(address: u64): usize {
  const index = address - HEAP_BASE;
  if (index >= get(USED) || (index & ((1 << GRANULE_SHIFT) - 1))) return 0;
  const at = entry(<u32>address);
  return (load<u32>(at) & 3) == LIVE ? at : 0;
}

/** Whether `address` is a handle that is alive. */
export function isLive(address: u64): bool {
  return liveEntry(address) != 0;
}

/** Exact length of a live block, else 0. */
export function lengthOf(address: u64): u32 {
  const at = liveEntry(address);
  return at ? load<u32>(at, 4) : 0;
}

/** How many bytes of a live block follow `address`, which may lie anywhere inside it; 0 outside every block. */
export function bytesFrom(address: u32): u32 {
  const index = address - HEAP_BASE;
  if (index >= get(USED)) return 0;
  let block = address - (index & ((1 << GRANULE_SHIFT) - 1));
  while (load<u32>(entry(block)) == 0) {
    if (block == HEAP_BASE) return 0;
    block -= 1 << GRANULE_SHIFT;
  }
  const length = lengthOf(block);
  const skipped = address - block;
  return skipped < length ? length - skipped : 0;
}

/** Size classes: 1, 2, 3, 4, 6, 8, 12, 16, … granules; a list holds blocks from its class up to the next. */
// @ts-ignore: decorator
@inline
function classOf(size: u32): u32 {
  const exponent: u32 = 31 - clz(size);
  return (exponent << 1) + (exponent ? (size >> (exponent - 1)) & 1 : 0);
}

// @ts-ignore: decorator
@inline
function head(sizeClass: u32): usize {
  return FREE_LISTS + (sizeClass << 2);
}

function pushFree(block: u32, size: u32): void {
  const sizeClass = classOf(size);
  mark(block, FREE, size, get(head(sizeClass)));
  set(head(sizeClass), block);
  store<u64>(CLASS_BITS, load<u64>(CLASS_BITS) | ((<u64>1) << sizeClass));
}

/** Takes the first block of a list and gives what is left of it back. */
function popFree(sizeClass: u32, size: u32): u32 {
  const block = get(head(sizeClass));
  const next = load<u32>(entry(block), 4);
  set(head(sizeClass), next);
  if (!next) store<u64>(CLASS_BITS, load<u64>(CLASS_BITS) & ~((<u64>1) << sizeClass));
  const found = granules(block);
  if (found > size) pushFree(block + (size << GRANULE_SHIFT), found - size);
  return block;
}

function takeSameClass(size: u32): u32 {
  const sizeClass = classOf(size);
  const first = get(head(sizeClass));
  return first && granules(first) >= size ? popFree(sizeClass, size) : 0;
}

function takeLargerClass(size: u32): u32 {
  const larger = load<u64>(CLASS_BITS) & (~(<u64>1) << classOf(size));
  return larger ? popFree(<u32>ctz(larger), size) : 0;
}

function takeBump(size: u32): u32 {
  const block = get(BUMP);
  const end = <u64>block + ((<u64>size) << GRANULE_SHIFT);
  if (end > get(TABLE_START)) return 0;
  set(BUMP, <u32>end);
  if (<u32>end - HEAP_BASE > get(USED)) set(USED, <u32>end - HEAP_BASE);
  return block;
}

/** Frees consumed blocks, the oldest first, until one is large enough. */
function takeConsumed(size: u32): u32 {
  for (let block = get(CONSUMED_OLDEST); block; block = get(CONSUMED_OLDEST)) {
    const next = load<u32>(entry(block), 4);
    set(CONSUMED_OLDEST, next);
    if (!next) set(CONSUMED_NEWEST, 0);
    const found = granules(block);
    pushFree(block, found);
    if (found >= size) return popFree(classOf(found), size);
  }
  return 0;
}

/** Makes room for `size` granules above BUMP: grows the memory and moves the block table to its new end. */
function grow(size: u32): bool {
  const needed = <u64>get(BUMP) + ((<u64>size) << GRANULE_SHIFT);
  const withTable = needed + (needed >> (GRANULE_SHIFT - ENTRY_SHIFT)) + HEAP_BASE;
  const pages = <u64>memory.size();
  const more = ((withTable + 0xffff) >> PAGE_SHIFT) - pages;
  if (pages + more >= 0x10000) return false;
  // Half as much again where it may, so that a guest which allocates bit by bit does not move the table each time.
  const ample = max(more, pages >> 1);
  if (pages + ample >= 0x10000 || memory.grow(<i32>ample) < 0) {
    if (memory.grow(<i32>more) < 0) return false;
  }
  moveTable();
  return true;
}

function moveTable(): void {
  const from = get(TABLE_START);
  const to = tableStartFor(<u64>memory.size());
  const inUse = (get(USED) >> GRANULE_SHIFT) << ENTRY_SHIFT;
  memory.copy(to, from, inUse);
  set(TABLE_START, to);
  memory.fill(from, 0, min(to - from, inUse));
}

/** Splits a memory of so many pages into heap and table, 8 to 1. */
function tableStartFor(pages: u64): u32 {
  const bytes = (pages << PAGE_SHIFT) - HEAP_BASE;
  const slot: u64 = (1 << GRANULE_SHIFT) + (1 << ENTRY_SHIFT);
  return HEAP_BASE + <u32>((bytes / slot) << GRANULE_SHIFT);
}

/** Sets a fresh, zeroed memory up. */
export function initialise(): void {
  set(TABLE_START, tableStartFor(<u64>memory.size()));
  set(BUMP, HEAP_BASE);
}

/** A live block of `length` bytes (0 included), or 0 when the memory may not grow that far. */
export function allocate(length: u64): u32 {
  if (length > LARGEST) {
    set(REFUSED, 1);
    return 0;
  }
  const size = max<u32>(1, <u32>((length + ((1 << GRANULE_SHIFT) - 1)) >> GRANULE_SHIFT));
  let block = takeSameClass(size);
  if (!block) block = takeBump(size);
  if (!block) block = takeLargerClass(size);
  if (!block) block = takeConsumed(size);
  if (!block && grow(size)) block = takeBump(size);
  if (!block) set(REFUSED, 1);
  else mark(block, LIVE, size, <u32>length);
  return block;
}

/** Frees a live block; anything else is left alone. */
export function release(address: u64): void {
  if (!isLive(address)) return;
  const block = <u32>address;
  const size = granules(block);
  if (block + (size << GRANULE_SHIFT) == get(BUMP)) {
    store<u64>(entry(block), 0);
    set(BUMP, block);
  } else {
    pushFree(block, size);
  }
}

/** Ends a live block, but keeps its bytes from being handed out again while there is other room. */
export function retire(address: u64): void {
  if (!isLive(address)) return;
  const block = <u32>address;
  mark(block, CONSUMED, granules(block), 0);
  const newest = get(CONSUMED_NEWEST);
  if (newest) store<u32>(entry(newest), block, 4);
  else set(CONSUMED_OLDEST, block);
  set(CONSUMED_NEWEST, block);
}

/** A call to the engine's own fill costs more than this many bytes of stores. */
const SMALL: u32 = 1024;

/** Zeroes a multiple of 8 bytes. */
function zero(from: u32, length: u32): void {
  if (length > SMALL) {
    memory.fill(from, 0, length);
    return;
  }
  for (let at: u32 = from; at < from + length; at += 8) store<u64>(at, 0);
}

/** Forgets every block and zeroes what they used, and nothing more. */
export function clear(): void {
  const used = get(USED);
  if (!used) return;
  zero(HEAP_BASE, used);
  zero(get(TABLE_START), (used >> GRANULE_SHIFT) << ENTRY_SHIFT);
  set(CONSUMED_OLDEST, 0);
  set(CONSUMED_NEWEST, 0);
  // A list that is not empty has its bit set.
  if (load<u64>(CLASS_BITS)) zero(<u32>CLASS_BITS, FREE_LISTS + 64 * 4 - CLASS_BITS);
  set(BUMP, HEAP_BASE);
  set(USED, 0);
}
