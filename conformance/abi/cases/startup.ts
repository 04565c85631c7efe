import { type CaseData, defineCases, error, i64 } from "../case.ts";

/** A module whose globals record which start-up function ran, in which order. */
function recorder(functions: string, exported = "report") {
  return {
    wat: `(module
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
      (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
      (memory (export "memory") 1)
      (global $order (mut i64) (i64.const 0))
      ;; Each step appends one decimal digit.
      (func $step (param $digit i64)
        (global.set $order (i64.add (i64.mul (global.get $order) (i64.const 10)) (local.get $digit))))
      ${functions}
      (func (export "${exported}") (local $handle i64)
        (local.set $handle (call $alloc (i64.const 8)))
        (call $store_u64 (local.get $handle) (global.get $order))
        (call $output_set (local.get $handle) (i64.const 8))))`,
  };
}

const initialize = `(func (export "_initialize") (call $step (i64.const 1)))`;
const ctors = `(func (export "__wasm_call_ctors") (call $step (i64.const 2)))`;
const hsInit = `(func (export "hs_init") (param i32 i32)
  (call $step (i64.add (i64.const 3) (i64.extend_i32_u (i32.or (local.get 0) (local.get 1))))))`;
const start = `(func (export "_start") (call $step (i64.const 4)))`;
const startSection = `(start $first) (func $first (call $step (i64.const 5)))`;
const trap = "(func $trap unreachable)";

const twice = (order: number): Pick<CaseData, "steps"> => ({
  steps: [
    { call: "report", gives: i64(order) },
    { call: "report", gives: i64(order) },
  ],
});

export const startup = defineCases("startup", [
  { says: "nothing to run", guest: recorder(""), ...twice(0) },
  { says: "_initialize runs once", guest: recorder(initialize), ...twice(1) },
  { says: "__wasm_call_ctors runs once", guest: recorder(ctors), ...twice(2) },
  { says: "_initialize replaces __wasm_call_ctors", guest: recorder(initialize + ctors), ...twice(1) },
  { says: "hs_init(0, 0) follows _initialize", guest: recorder(hsInit + initialize), ...twice(13) },
  { says: "hs_init needs _initialize", guest: recorder(hsInit), ...twice(0) },
  { says: "_start does not run", guest: recorder(start), ...twice(0) },
  { says: "_start does not run beside _initialize", guest: recorder(start + initialize), ...twice(1) },
  { says: "the start section comes first", guest: recorder(startSection + initialize), ...twice(51) },
  {
    says: "_start can be called, and the instance is new after it",
    guest: recorder(start + ctors),
    steps: [
      { call: "_start", gives: { text: "" } },
      { call: "report", gives: i64(2) },
    ],
  },
  {
    says: "a new instance starts up again",
    guest: recorder(`${initialize} (func (export "trap") unreachable)`),
    steps: [
      { call: "trap", gives: error("TRAP") },
      { call: "report", gives: i64(1) },
    ],
  },
  {
    says: "a trap in _initialize refuses the plugin",
    guest: recorder(`${trap} (export "_initialize" (func $trap))`),
    refused: error("TRAP", "unreachable"),
  },
  {
    says: "a trap in __wasm_call_ctors refuses the plugin",
    guest: recorder(`${trap} (export "__wasm_call_ctors" (func $trap))`),
    refused: error("TRAP", "unreachable"),
  },
  {
    says: "a trap in the start section refuses the plugin",
    guest: recorder(`${trap} (start $trap)`),
    refused: error("TRAP", "unreachable"),
  },
  {
    says: "every linked module starts up",
    modules: [
      { name: "lib", guest: recorder(ctors, "library") },
      {
        guest: {
          wat: `(module
            (import "lib" "library" (func $library))
            (func (export "report") (call $library)))`,
        },
      },
    ],
    ...twice(2),
  },
]);
