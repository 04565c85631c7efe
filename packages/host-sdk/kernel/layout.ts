// The kernel's state lies at the start of its memory, below HEAP_BASE, where no import can reach it. It is in
// memory and not in globals so that two kernel instances over one shared memory (caller and worker) agree.

/** First address that a handle can have. */
export const HEAP_BASE: u32 = 1024;

/** Blocks start at multiples of this many bytes from HEAP_BASE. */
export const GRANULE_SHIFT: u32 = 6;

/** Bytes of block table per granule. */
export const ENTRY_SHIFT: u32 = 3;

export const PAGE_SHIFT: u32 = 16;

// Fields, each a u32 at its address.
export const TABLE_START: usize = 16; // end of the heap, start of the block table
export const BUMP: usize = 20; // first address never handed out, or given back at the top
export const USED: usize = 24; // bytes from HEAP_BASE that this call has ever handed out
export const INPUT_OFFSET: usize = 28; // 0 while the input is still with the host
export const INPUT_LENGTH: usize = 32;
export const INPUT_LOADED: usize = 36; // input bytes that input_load_* may read without asking the host
export const OUTPUT_OFFSET: usize = 40;
export const OUTPUT_LENGTH: usize = 44;
export const ERROR: usize = 48;
export const REFUSED: usize = 52; // 1 once an allocation was refused in this call
export const CONSUMED_OLDEST: usize = 56; // queue of blocks that imports consumed
export const CONSUMED_NEWEST: usize = 60;
export const CLASS_BITS: usize = 64; // u64: which free lists are not empty
export const FREE_LISTS: usize = 128; // u32 heads, one per size class
