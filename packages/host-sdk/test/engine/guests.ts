import { wat } from "../helpers/wat.ts";

const ENV = `
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))`;

const HELPERS = `
  (func $input (result i64) (local $block i64) (local $i i64)
    (local.set $block (call $alloc (call $input_length)))
    (block $done (loop $next
      (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
      (call $store (i64.add (local.get $block) (local.get $i)) (call $input_load (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
    (local.get $block))
  (func $output (param $block i64) (call $output_set (local.get $block) (call $length (local.get $block))))
  (func $byte (param $value i32) (result i64) (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store (local.get $block) (local.get $value))
    (local.get $block))
  (func $key (result i64) (call $byte (i32.const 0x6b)))
  (func $digit (param i32) (result i64) (call $byte (i32.add (i32.const 0x30) (local.get 0))))
  (func $count_in_var (result i64) (local $old i64) (local $new i64)
    (local.set $old (call $var_get (call $key)))
    (local.set $new (call $byte (i32.add (i32.const 1)
      (if (result i32) (i64.eqz (local.get $old)) (then (i32.const 0x30)) (else (call $load (local.get $old)))))))
    (call $var_set (call $key) (local.get $new))
    (call $var_get (call $key)))`;

/** A module over the ABI, with a few functions to reach it: `$input`, `$output`, `$byte`, `$digit`, `$key`, … */
export function guest(body: string, imports = ""): Uint8Array<ArrayBuffer> {
  return wat(`(module ${ENV} ${imports} (memory (export "memory") 1) ${HELPERS} ${body})`);
}

/** One export for each way in which a call can end, and for each kind of state. */
export const toolbox: Uint8Array<ArrayBuffer> = guest(`
  (global $calls (mut i32) (i32.const 0))
  (func (export "nop"))
  (func (export "echo") (call $output (call $input)))
  (func (export "echo_and_grow")
    (drop (memory.grow (i32.const 16)))
    (drop (call $alloc (i64.const 4194304)))
    (call $output (call $input)))
  (func (export "count")
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (call $output (call $digit (global.get $calls))))
  (func (export "count_in_var") (call $output (call $count_in_var)))
  (func (export "config") (call $output (call $config_get (call $input))))
  (func (export "log") (call $log_info (call $input)))
  (func (export "fail") (call $error_set (call $input)))
  (func (export "code") (result i32) (i32.const 7))
  (func (export "trap") (unreachable))
  (func $deep (export "overflow") (drop (call $byte (i32.const 0))) (call $deep))
  (func (export "loop") (loop (br 0)))
  (func (export "set_vars_for_ever")
    (loop (call $var_set (call $key) (call $alloc (i64.const 64))) (br 0)))
  (func $set_vars_deep (export "set_vars_until_overflow")
    (call $var_set (call $key) (call $alloc (i64.const 64))) (call $set_vars_deep))
  (func (export "get_vars_for_ever") (loop (drop (call $var_get (call $key))) (br 0)))
  (func (export "get_config_for_ever") (loop (drop (call $config_get (call $key))) (br 0)))
  (func (export "log_for_ever") (loop (call $log_info (call $key)) (br 0)))
  (func (export "store_for_ever") (loop (drop (call $byte (i32.const 1))) (br 0)))`);

/** Hands its input to the host function `f`, and what that returns to its caller. */
export const callsHost: Uint8Array<ArrayBuffer> = guest(
  `(global $calls (mut i32) (i32.const 0))
  (func (export "pass") (call $output (call $f (call $input))))
  (func (export "pass_twice") (call $output (call $f (call $f (call $input)))))
  (func (export "pass_and_count")
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (drop (call $f (call $input)))
    (call $output (call $digit (global.get $calls))))
  (func (export "pass_and_loop") (drop (call $f (call $input))) (loop (br 0)))
  (func (export "pass_and_grow") (local $result i64)
    (local.set $result (call $f (call $input)))
    (drop (call $alloc (i64.const 4194304)))
    (call $output (local.get $result)))
  (func (export "count_in_var") (call $output (call $count_in_var)))
  (func (export "echo") (call $output (call $input)))`,
  `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
);

/** Catches what its host function throws, and goes on as if nothing had happened. */
export const catchesHost: Uint8Array<ArrayBuffer> = guest(
  `(func (export "catch")
    (try (do (drop (call $f (call $input)))) (catch_all))
    (try (do (drop (call $f (call $input)))) (catch_all))
    (try (do (drop (call $count_in_var))) (catch_all))
    (call $output (call $digit (i32.const 1))))
  (func (export "count_in_var") (call $output (call $count_in_var)))`,
  `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
);

/** Shows the order in which its start-up functions ran, as digits in a var. */
export function startUp(functions: Readonly<Record<string, string>>, start = ""): Uint8Array<ArrayBuffer> {
  const exported = Object.entries(functions).map(([name, body]) => `(func (export "${name}") ${body})`);
  return guest(`
    (global $order (mut i32) (i32.const 0))
    (func $ran (param i32)
      (global.set $order (i32.add (i32.mul (global.get $order) (i32.const 10)) (local.get 0))))
    ${exported.join("\n")}
    (func (export "order") (result i32) (global.get $order))
    (func (export "echo") (call $output (call $input))) ${start}`);
}
