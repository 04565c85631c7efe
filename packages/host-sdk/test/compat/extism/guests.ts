import createWabt from "wabt";

const wabt = await createWabt();

/** Compiles a module written as text. */
export function assemble(wat: string): Uint8Array<ArrayBuffer> {
  const module = wabt.parseWat("guest.wat", wat);
  try {
    return module.toBinary({}).buffer.slice();
  } finally {
    module.destroy();
  }
}

/** What most guests here import. */
const ENV = `
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))
  (import "extism:host/env" "log_error" (func $log_error (param i64)))
  (import "extism:host/env" "get_log_level" (func $get_log_level (result i32)))
`;

const COPY_INPUT = `
  (func $input_copy (result i64) (local $block i64) (local $i i64) (local $n i64)
    (local.set $n (call $input_length))
    (local.set $block (call $alloc (local.get $n)))
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (local.get $n)))
        (call $store_u8 (i64.add (local.get $block) (local.get $i)) (call $input_load_u8 (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next)))
    (local.get $block))
  (func $return (param $block i64)
    (if (i64.ne (local.get $block) (i64.const 0))
      (then (call $output_set (local.get $block) (call $length (local.get $block))))))
`;

/** A module with the usual imports; \`host\` adds more of them, \`body\` the functions. */
export function guest(body: string, host = ""): Uint8Array<ArrayBuffer> {
  return assemble(`(module ${host} ${ENV} ${COPY_INPUT} ${body})`);
}

/** What most programs call: one export for each thing that a call can do. */
export const everyday: Uint8Array<ArrayBuffer> = guest(`
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (global (export "answer") i32 (i32.const 42))
  (func (export "echo") (call $output_set (call $input_copy) (call $input_length)))
  (func (export "nothing"))
  (func (export "empty") (call $output_set (call $alloc (i64.const 0)) (i64.const 0)))
  (func (export "echo_with_code") (result i32) (call $return (call $input_copy)) (i32.const 7))
  (func (export "code") (result i32) (i32.const 1))
  (func (export "fail") (call $error_set (call $input_copy)))
  (func (export "fail_with_output") (result i32)
    (call $return (call $input_copy)) (call $error_set (call $input_copy)) (i32.const 1))
  (func (export "with_parameters") (param i32 f32) (result i64) (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (i32.add (i32.const 48) (local.get 0)))
    (call $return (local.get $block))
    (i64.const 5))
  (func (export "with_results") (result i32 f64) (i32.const 1) (f64.const 2))
  (func (export "with_wide_parameter") (param i64))
  (func (export "trap") unreachable)
  (func (export "config") (call $return (call $config_get (call $input_copy))))
  (func (export "remember") (call $var_set (call $input_copy) (call $input_copy)))
  (func (export "forget") (call $var_set (call $input_copy) (i64.const 0)))
  (func (export "recall") (call $return (call $var_get (call $input_copy))))
  (func (export "log") (call $log_info (call $input_copy)) (call $log_error (call $input_copy)))
  (func (export "log_level") (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (i32.add (i32.const 48) (call $get_log_level)))
    (call $return (local.get $block)))
  (func (export "count") (local $block i64)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (i32.add (i32.const 48) (global.get $count)))
    (call $return (local.get $block)))
  (func (export "input_length") (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (i32.add (i32.const 48) (i32.wrap_i64 (call $input_length))))
    (call $return (local.get $block)))
  (func (export "alloc_pages") (local $block i64)
    (local.set $block (call $alloc (i64.mul (i64.const 65536) (i64.extend_i32_u (i32.sub (call $input_load_u8 (i64.const 0)) (i32.const 48))))))
    (if (i64.eqz (local.get $block)) (then unreachable)))
`);

/** Calls the host function \`ask\` with its input, and returns what that returns. */
export const asking: Uint8Array<ArrayBuffer> = guest(
  `(func (export "ask") (call $return (call $ask (call $input_copy))))
   (func (export "look") (local $block i64)
     (local.set $block (call $input_copy))
     (drop (call $ask (local.get $block)))
     (call $return (local.get $block)))`,
  '(import "extism:host/user" "ask" (func $ask (param i64) (result i64)))',
);

/** Calls \`number\` and returns its result as a character; \`tell\` has no result. */
export const numbers: Uint8Array<ArrayBuffer> = guest(
  `(func (export "number") (local $block i64)
     (local.set $block (call $alloc (i64.const 1)))
     (call $store_u8 (local.get $block) (i32.add (i32.const 48) (call $number (i32.const 4) (f64.const 1.5))))
     (call $return (local.get $block)))
   (func (export "tell") (call $tell (i64.const -1)) (call $return (call $input_copy)))`,
  `(import "env" "number" (func $number (param i32 f64) (result i32)))
   (import "env" "tell" (func $tell (param i64)))`,
);

/** A module that imports from another. */
export const outer: Uint8Array<ArrayBuffer> = guest(
  '(func (export "shout") (call $return (call $upper (call $input_copy))))',
  '(import "letters" "upper" (func $upper (param i64) (result i64)))',
);

/** What {@link outer} imports from. */
export const letters: Uint8Array<ArrayBuffer> = guest(
  `(func (export "upper") (param $block i64) (result i64) (local $i i64)
     (block $done
       (loop $next
         (br_if $done (i64.ge_u (local.get $i) (call $length (local.get $block))))
         (call $store_u8 (i64.add (local.get $block) (local.get $i))
           (i32.and (call $load_u8 (i64.add (local.get $block) (local.get $i))) (i32.const 0xdf)))
         (local.set $i (i64.add (local.get $i) (i64.const 1)))
         (br $next)))
     (local.get $block))`,
);

/** Writes its input to standard output by WASI. */
export const writing: Uint8Array<ArrayBuffer> = guest(
  `(memory (export "memory") 1)
   (func (export "write")
     (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 1))
     (i32.store8 (i32.const 16) (call $input_load_u8 (i64.const 0)))
     (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
     (call $return (call $input_copy)))`,
  '(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))',
);

/** Never returns. */
export const endless: Uint8Array<ArrayBuffer> = guest(
  '(func (export "run") (loop $on (br $on))) (func (export "echo") (call $return (call $input_copy)))',
);

/** A WASI guest that opens "/data/note.txt" under its first preopened folder and returns the error number as a character. */
export const opening: Uint8Array<ArrayBuffer> = guest(
  `(memory (export "memory") 1)
   (data (i32.const 64) "note.txt")
   (func (export "open") (local $block i64)
     (local.set $block (call $alloc (i64.const 1)))
     (call $store_u8 (local.get $block) (i32.add (i32.const 48)
       (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 96))))
     (call $return (local.get $block)))`,
  '(import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))',
);

/** Sends the request that its input describes, and returns the body of the answer. */
export const requesting: Uint8Array<ArrayBuffer> = guest(
  `(func (export "get") (call $return (call $http_request (call $input_copy) (i64.const 0))))
   (func (export "status") (local $block i64)
     (drop (call $http_request (call $input_copy) (i64.const 0)))
     (local.set $block (call $alloc (i64.const 2)))
     (call $store_u8 (local.get $block) (i32.and (call $http_status_code) (i32.const 255)))
     (call $store_u8 (i64.add (local.get $block) (i64.const 1)) (i32.shr_u (call $http_status_code) (i32.const 8)))
     (call $return (local.get $block)))`,
  `(import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
   (import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))`,
);

/** A command: its main function counts how often it ran. */
export const command: Uint8Array<ArrayBuffer> = guest(`
  (global $runs (mut i32) (i32.const 0))
  (func (export "_start") (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
  (func (export "state") (local $block i64)
    (local.set $block (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $block) (i32.add (i32.const 48) (global.get $runs)))
    (call $return (local.get $block)))
`);
