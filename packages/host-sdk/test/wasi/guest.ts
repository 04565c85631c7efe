import { wat } from "../helpers/wat.ts";

/** The imports of WASI that the guests here use, and what they do with them. */
const IMPORTS = `
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))`;

const HELPERS = `
  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $proc_exit (i32.add (i32.const 100) (local.get $errno))))))
  (func $write (param $fd i32) (param $from i32) (param $length i32)
    (i32.store (i32.const 16) (local.get $from))
    (i32.store (i32.const 20) (local.get $length))
    (call $check (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24))))
  (func $read (param $fd i32) (param $into i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $into))
    (i32.store (i32.const 20) (local.get $length))
    (call $check (call $fd_read (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24)))
    (i32.load (i32.const 24)))
  (func $copy (param $from i32) (param $to i32) (local $length i32)
    (loop $next
      (if (local.tee $length (call $read (local.get $from) (i32.const 8192) (i32.const 4096)))
        (then (call $write (local.get $to) (i32.const 8192) (local.get $length)) (br $next)))))
  (func $open (param $flags i32) (param $rights i64) (result i32)
    (call $check (call $path_open (i32.const 3) (i32.const 1)
      (i32.const 8192) (call $read (i32.const 0) (i32.const 8192) (i32.const 4096))
      (local.get $flags) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 32)))
    (i32.load (i32.const 32)))`;

/**
 * A plugin that uses WASI. Errors of imports are exits with 100 and the error number. Paths come from standard input,
 * relative to the first directory that was granted.
 */
export const tool: Uint8Array<ArrayBuffer> = wat(`(module ${IMPORTS}
  (memory (export "memory") 3)
  (data (i32.const 512) "partial")
  (data (i32.const 528) "oops\\n")
  (data (i32.const 544) "written")
  (global $runs (mut i32) (i32.const 0))
  ${HELPERS}
  (func (export "cat") (call $copy (i32.const 0) (i32.const 1)))
  (func (export "cat_once") (call $write (i32.const 1) (i32.const 8192) (call $read (i32.const 0) (i32.const 8192) (i32.const 3))))
  (func (export "complain") (call $write (i32.const 2) (i32.const 528) (i32.const 5)))
  (func $args (export "args")
    (call $check (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (call $check (call $args_get (i32.const 1024) (i32.const 4096)))
    (call $write (i32.const 1) (i32.const 4096) (i32.load (i32.const 4))))
  (func (export "env")
    (call $check (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (call $check (call $environ_get (i32.const 1024) (i32.const 4096)))
    (call $write (i32.const 1) (i32.const 4096) (i32.load (i32.const 4))))
  (func (export "clock")
    (call $check (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 64)))
    (call $write (i32.const 1) (i32.const 64) (i32.const 8)))
  (func (export "random")
    (call $check (call $random_get (i32.const 64) (i32.const 8)))
    (call $write (i32.const 1) (i32.const 64) (i32.const 8)))
  (func (export "read_file") (call $copy (call $open (i32.const 0) (i64.const 0x2)) (i32.const 1)))
  (func (export "write_file") (call $write (call $open (i32.const 5) (i64.const 0x40)) (i32.const 544) (i32.const 7)))
  ;; Leaves a file open; its descriptor is the code that it ends with.
  (func (export "leak") (result i32) (call $open (i32.const 1) (i64.const 0x2)))
  ;; A command: its arguments and its input are its output, their number is its exit code.
  (func (export "_start")
    (if (global.get $runs) (then unreachable))
    (global.set $runs (i32.const 1))
    (call $args)
    (call $copy (i32.const 0) (i32.const 1))
    (call $proc_exit (i32.load (i32.const 0))))
  (func (export "trap") (call $write (i32.const 1) (i32.const 512) (i32.const 7)) unreachable)
  (func (export "exit") (call $write (i32.const 1) (i32.const 512) (i32.const 7)) (call $proc_exit (i32.const 9)))
  (func (export "flood") (call $write (i32.const 1) (i32.const 0) (i32.const 0x30000)))
  ;; Sleeps for a minute on the monotonic clock.
  (func (export "sleep")
    (i32.store (i32.const 2064) (i32.const 1))
    (i64.store (i32.const 2072) (i64.const 60000000000))
    (call $check (call $poll_oneoff (i32.const 2048) (i32.const 2304) (i32.const 1) (i32.const 2400)))))`);
