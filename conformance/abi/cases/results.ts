import { defineCases, error, i64, text } from "../case.ts";

const complaint = error("PLUGIN_FAILED", "out of cheese");

export const errors = defineCases("error", [
  { says: "an error text fails the call", steps: [{ call: "set", gives: complaint }] },
  { says: "return code 0 does not hide it", steps: [{ call: "set_and_return_0", gives: complaint }] },
  { says: "return code 1 does not hide it", steps: [{ call: "set_and_return_1", gives: complaint }] },
  { says: "a trap does not hide it", steps: [{ call: "set_and_trap", gives: complaint }] },
  { says: "an output does not hide it", steps: [{ call: "set_and_output", gives: complaint }] },
  { says: "the last text counts", steps: [{ call: "set_twice", gives: complaint }] },
  { says: "0 clears it", steps: [{ call: "set_and_clear", gives: text("out of") }] },
  {
    says: "bytes that are not UTF-8 are replaced",
    steps: [{ call: "not_utf8", gives: error("PLUGIN_FAILED", "bad \ufffd\ufffd bytes") }],
  },
  { says: "error_get gives 0 where none is set", steps: [{ call: "get", gives: i64(0) }] },
  { says: "error_get gives what was set", steps: [{ call: "set_and_get", gives: i64(0, 0) }] },
  {
    says: "it ends with its call",
    steps: [
      { call: "set", gives: complaint },
      { call: "get", gives: i64(0) },
      { call: "return_0", gives: text("") },
    ],
  },
]);

export const results = defineCases("result", [
  { says: "return code 0 is success", guest: "error", steps: [{ call: "return_0", gives: text("") }] },
  {
    says: "another return code is a failure",
    guest: "error",
    steps: [{ call: "return_3", gives: error("EXIT_NONZERO", "3", 3) }],
  },
  {
    says: "return codes are signed",
    guest: "error",
    steps: [{ call: "return_minus_1", gives: error("EXIT_NONZERO", "-1", -1) }],
  },
  {
    says: "a trap costs the guest its state",
    guest: "error",
    steps: [
      { call: "calls", gives: i64(1) },
      { call: "trap", gives: error("TRAP", "unreachable") },
      { call: "calls", gives: i64(1) },
      { call: "calls", gives: i64(2) },
    ],
  },
  {
    says: "a failure reported in the ordinary way leaves the guest its state",
    guest: "error",
    steps: [
      { call: "calls", gives: i64(1) },
      { call: "count_and_set", gives: complaint },
      { call: "calls", gives: i64(3) },
      { call: "count_and_return_3", gives: error("EXIT_NONZERO", undefined, 3) },
      { call: "calls", gives: i64(5) },
    ],
  },
]);

const notCallable = {
  absent: "is not exported",
  memory: "is a memory",
  a_global: "is a global",
  a_table: "is a table",
  takes_i32: "has a parameter",
  takes_i64_gives_i32: "has a parameter and a result",
  gives_i64: "returns an i64",
  gives_f64: "returns an f64",
  gives_two: "returns two values",
  toString: "is only a property of every object",
  ["__proto__"]: "is only a property of every object, too",
};

export const exports = defineCases("exports", [
  { says: "() → () can be called", steps: [{ call: "no_result", gives: text("done") }] },
  { says: "() → i32 can be called", steps: [{ call: "i32_result", gives: text("done") }] },
  { says: "an export may be called constructor", steps: [{ call: "constructor", gives: text("done") }] },
  ...Object.entries(notCallable).map(([call, why]) => ({
    says: `what ${why} cannot be called (${call}), and the next call works`,
    steps: [
      { call, gives: error("EXPORT_MISSING", call) },
      { call: "no_result", gives: text("done") },
    ],
  })),
  ...["unreachable", "divides_by_zero", "reads_out_of_bounds", "overflows_the_stack"].map((call) => ({
    says: `a guest that ${call.replaceAll("_", " ")} traps, and the next call works`,
    steps: [
      { call, gives: error("TRAP") },
      { call: "no_result", gives: text("done") },
    ],
  })),
]);
