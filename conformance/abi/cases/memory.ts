import { defineCases, error, i64 } from "../case.ts";

const word = (value: bigint) => new Uint8Array(BigInt64Array.of(value).buffer);
const WILD = { "0": 0n, "-1": -1n, "4 GiB": 1n << 32n, "2^63 - 1": (1n << 63n) - 1n, "-2^63": -(1n << 63n) };

const loadsOutside = Object.entries(WILD).flatMap(([name, address]) => [
  {
    says: `load_u8 at ${name} gives 0`,
    steps: [{ call: "load_u8_of_input", input: word(address), gives: i64(0) }],
  },
  {
    says: `load_u64 at ${name} gives 0`,
    steps: [{ call: "load_u64_of_input", input: word(address), gives: i64(0) }],
  },
  {
    says: `store_u8 at ${name} changes nothing`,
    steps: [{ call: "store_u8_to_input", input: word(address), gives: i64(0, 42) }],
  },
  {
    says: `store_u64 at ${name} changes nothing`,
    steps: [{ call: "store_u64_to_input", input: word(address), gives: i64(0, 42) }],
  },
  {
    says: `no block is at ${name}`,
    steps: [{ call: "lengths_of_input", input: word(address), gives: i64(0, 0) }],
  },
]);

const tooLarge = Object.entries({ "8 PiB": 1n << 53n, "-1": -1n, "2^63 - 1": (1n << 63n) - 1n }).map(
  ([name, size]) => ({
    says: `alloc of ${name} bytes gives 0`,
    steps: [{ call: "alloc_of_input", input: word(size), gives: i64(0) }],
  }),
);

export const memory = defineCases("memory", [
  { says: "alloc of 0 gives 0", steps: [{ call: "alloc_zero", gives: i64(0) }] },
  ...tooLarge,
  { says: "a block has the length it was asked for", steps: [{ call: "lengths", gives: i64(5, 5) }] },
  { says: "the null handle has no length", steps: [{ call: "lengths_of_nothing", gives: i64(0, 0) }] },
  {
    says: "an address inside a block is no handle",
    steps: [{ call: "lengths_inside_a_block", gives: i64(0, 0) }],
  },
  { says: "a freed block has no length", steps: [{ call: "lengths_of_freed", gives: i64(0, 0) }] },
  { says: "u8 stores keep the low byte", steps: [{ call: "bytes_round_trip", gives: i64(0xff, 0x80) }] },
  {
    says: "u64 is little-endian and need not be aligned",
    steps: [{ call: "words_round_trip", gives: i64(0x0807060504030201n, 1, 8, 0x0807060504030201n) }],
  },
  ...loadsOutside,
  {
    says: "free of null, of what is no handle and of what is freed does nothing",
    steps: [{ call: "free_is_forgiving", gives: i64(8) }],
  },
  { says: "free inside a block does nothing", steps: [{ call: "free_inside_a_block", gives: i64(16) }] },
  { says: "40,000 blocks live at once", steps: [{ call: "many_blocks", gives: i64(0) }] },
  {
    says: "freed memory is used again",
    settings: { maxPages: 16 },
    steps: [{ call: "alloc_and_free", gives: i64(0) }],
  },
  {
    says: "a new call finds its memory empty",
    steps: [
      { call: "read_then_fill", gives: i64(0, 0, 0, 0, 0, 0, 0, 0) },
      { call: "read_then_fill", gives: i64(0, 0, 0, 0, 0, 0, 0, 0) },
      { call: "read_then_fill", gives: i64(0, 0, 0, 0, 0, 0, 0, 0) },
    ],
  },
]);

export const kernel = defineCases("kernel", [
  { says: "input_set replaces the input", steps: [{ call: "input_set", input: "1", gives: i64(4, 100, 0) }] },
  {
    says: "output_offset and output_length tell what output_set was given",
    steps: [{ call: "output_read_back", gives: i64(0, 0, 2, 3) }],
  },
  { says: "reset frees every block", steps: [{ call: "reset", gives: i64(0, 8) }] },
  { says: "every block lies within memory_bytes", steps: [{ call: "memory_bytes", gives: i64(1) }] },
  { says: "the end of memory is a bound", steps: [{ call: "end_of_memory", gives: i64(0, 0) }] },
  {
    says: "an output beyond the end of memory fails the call",
    steps: [{ call: "output_beyond_memory", gives: error("any") }],
  },
]);
