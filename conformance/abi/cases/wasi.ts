import { defineCases, error, i64, text } from "../case.ts";

/** The parts of WASI preview 1 that bear on the result of a call, and those that small guests need. */
export const wasi = defineCases(
  "wasi",
  [
    {
      says: "proc_exit(0) is success, with the output that was set",
      steps: [{ call: "exit_0", gives: text("done") }],
    },
    {
      says: "another exit code is a failure",
      steps: [{ call: "exit_3", gives: error("EXIT_NONZERO", "3", 3) }],
    },
    {
      says: "an exit does not hide an error text",
      steps: [{ call: "error_and_exit_0", gives: error("PLUGIN_FAILED", "done") }],
    },
    {
      says: "an exit costs the guest its state",
      steps: [
        { call: "calls", gives: i64(1) },
        { call: "exit_0", gives: text("done") },
        { call: "calls", gives: i64(1) },
      ],
    },
    { says: "random_get gives random bytes", steps: [{ call: "random", gives: i64(0, 0, 1) }] },
    {
      says: "clock_time_get knows the wall clock and a steady one",
      steps: [{ call: "clocks", gives: i64(0, 1, 0, 1) }],
    },
  ].map((data) => ({ ...data, settings: { wasi: true } })),
);
