import { defineCases, error, i64, text } from "../case.ts";

const LETTERS = "abcdefgh";
const large = "0123456789abcdef".repeat(65_536);

export const input = defineCases("input", [
  {
    says: "without input, length and offset are 0",
    steps: [{ call: "length_and_offset", gives: i64(0, 0) }],
  },
  { says: "an empty input has no length", steps: [{ call: "length", input: "", gives: i64(0) }] },
  { says: "length counts bytes", steps: [{ call: "length", input: "Wörld", gives: i64(6) }] },
  { says: "input_load_u8 reads it", steps: [{ call: "echo_by_u8", input: "Wörld", gives: text("Wörld") }] },
  { says: "input_load_u64 reads it", steps: [{ call: "echo_by_u64", input: LETTERS, gives: text(LETTERS) }] },
  { says: "a mebibyte arrives whole", steps: [{ call: "echo_by_u64", input: large, gives: text(large) }] },
  {
    says: "input_offset gives a range for output_set",
    steps: [{ call: "echo_by_offset", input: large, gives: text(large) }],
  },
  {
    says: "input_offset is a block like any other",
    steps: [{ call: "block_of_input", input: LETTERS, gives: i64(0, 97, 0x6867666564636261n) }],
  },
  {
    says: "asking for the offset changes nothing about the input",
    steps: [{ call: "before_and_after_offset", input: LETTERS, gives: i64(98, 98, 8) }],
  },
  {
    says: "u8 past the end is 0",
    steps: [{ call: "u8_past_the_end", input: LETTERS, gives: i64(0, 0, 0, 0) }],
  },
  {
    says: "u64 past the end is 0, also where the index wraps",
    steps: [{ call: "u64_past_the_end", input: LETTERS, gives: i64(0, 0, 0, 0, 0) }],
  },
  {
    says: "u64 reads the last eight bytes",
    steps: [{ call: "u64_at_the_end", input: `x${LETTERS}`, gives: i64(0x6867666564636261n) }],
  },
  { says: "a freed input is gone", steps: [{ call: "freed", input: LETTERS, gives: i64(0, 0) }] },
  {
    says: "each call has its own",
    steps: [
      { call: "echo_by_u8", input: "first", gives: text("first") },
      { call: "length_and_offset", gives: i64(0, 0) },
      { call: "echo_by_u8", input: "2", gives: text("2") },
    ],
  },
]);

export const output = defineCases("output", [
  { says: "a whole block", steps: [{ call: "whole", gives: text(LETTERS) }] },
  { says: "the beginning of a block", steps: [{ call: "beginning", gives: text("abc") }] },
  { says: "a range inside a block", steps: [{ call: "middle", gives: text("cde") }] },
  { says: "the last one counts", steps: [{ call: "twice", gives: text("cd") }] },
  { says: "none set is empty", steps: [{ call: "nothing", gives: text("") }] },
  { says: "null and 0 is empty", steps: [{ call: "empty", gives: text("") }] },
  { says: "null and 0 takes back what was set", steps: [{ call: "emptied", gives: text("") }] },
  {
    says: "none is left over from the call before",
    steps: [
      { call: "whole", gives: text(LETTERS) },
      { call: "nothing", gives: text("") },
    ],
  },
  ...["at_null", "beyond_memory", "negative_address", "too_long", "negative_length"].map((call) => ({
    says: `a range outside memory fails the call, which is not the last (${call})`,
    steps: [
      { call, gives: error("any") },
      { call: "whole", gives: text(LETTERS) },
    ],
  })),
]);
