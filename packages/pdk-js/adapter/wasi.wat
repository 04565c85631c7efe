;; The WASI calls of the engine's C library. There are no files: 8 is EBADF, and what the engine would print
;; (an assertion's text) goes nowhere. Clock and random numbers come through two elements of the table, which the
;; compiler points at the host's functions in plugins that use them; the others need no WASI at all.
(module
  (import "engine" "__indirect_function_table" (table 0 funcref))
  (type $clock (func (param i32 i64 i32) (result i32)))
  (type $random (func (param i32 i32) (result i32)))
  (func (export "clock_time_get") (param i32 i64 i32) (result i32)
    (call_indirect (type $clock) (local.get 0) (local.get 1) (local.get 2) (i32.const TABLE_CLOCK)))
  (func (export "random_get") (param i32 i32) (result i32)
    (call_indirect (type $random) (local.get 0) (local.get 1) (i32.const TABLE_RANDOM)))
  (func (export "fd_close") (param i32) (result i32) (i32.const 8))
  (func (export "fd_fdstat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (i32.const 8))
)
