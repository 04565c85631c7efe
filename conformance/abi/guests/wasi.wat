(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
(import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
(import "extism:host/env" "error_set" (func $error_set (param i64)))
(data (i32.const 16) "done")
(global $calls (mut i64) (i64.const 0))

(func (export "_initialize"))

(func $done (result i64) (call $block (i32.const 16) (i32.const 4)))

(func (export "exit_0")
  (call $answer (call $done))
  (call $proc_exit (i32.const 0))
  (unreachable))

(func (export "exit_3")
  (call $answer (call $done))
  (call $proc_exit (i32.const 3))
  (unreachable))

(func (export "error_and_exit_0")
  (call $error_set (call $done))
  (call $proc_exit (i32.const 0)))

(func (export "calls")
  (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
  (call $emit (global.get $calls))
  (call $finish))

;; Whether two draws of eight random bytes differ, and both calls succeed.
(func (export "random")
  (call $emit32 (call $random_get (i32.const 64) (i32.const 8)))
  (call $emit32 (call $random_get (i32.const 72) (i32.const 8)))
  (call $emit32 (i64.ne (i64.load (i32.const 64)) (i64.load (i32.const 72))))
  (call $finish))

;; Whether the clocks answer, the wall clock with a time after 2020.
(func (export "clocks")
  (call $emit32 (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 64)))
  (call $emit32 (i64.gt_u (i64.load (i32.const 64)) (i64.const 1577836800000000000)))
  (call $emit32 (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 72)))
  (call $emit32 (i64.ne (i64.load (i32.const 72)) (i64.const 0)))
  (call $finish))
