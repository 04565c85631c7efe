(import "extism:host/env" "error_set" (func $error_set (param i64)))
(import "extism:host/env" "error_get" (func $error_get (result i64)))
(data (i32.const 16) "out of cheese")
(data (i32.const 48) "bad \ff\fe bytes")
(global $calls (mut i64) (i64.const 0))

(func $complain (call $error_set (call $block (i32.const 16) (i32.const 13))))

(func (export "set") (call $complain))

(func (export "set_and_return_0") (result i32) (call $complain) (i32.const 0))

(func (export "set_and_return_1") (result i32) (call $complain) (i32.const 1))

(func (export "set_and_trap") (call $complain) (unreachable))

(func (export "set_and_output")
  (call $answer (call $block (i32.const 16) (i32.const 6)))
  (call $complain))

(func (export "set_and_clear")
  (call $complain)
  (call $error_set (i64.const 0))
  (call $answer (call $block (i32.const 16) (i32.const 6))))

(func (export "set_twice")
  (call $error_set (call $block (i32.const 16) (i32.const 3)))
  (call $complain))

(func (export "not_utf8") (call $error_set (call $block (i32.const 48) (i32.const 12))))

(func (export "get") (call $emit (call $error_get)) (call $finish))

(func (export "set_and_get")
  (local $handle i64)
  (local.set $handle (call $block (i32.const 16) (i32.const 13)))
  (call $error_set (local.get $handle))
  (call $emit (i64.sub (call $error_get) (local.get $handle)))
  (call $error_set (i64.const 0))
  (call $emit (call $error_get))
  (call $finish))

(func (export "return_0") (result i32) (i32.const 0))

(func (export "return_3") (result i32) (i32.const 3))

(func (export "return_minus_1") (result i32) (i32.const -1))

;; Counts its calls in a guest global, then fails in the way that its name says.
(func $count (global.set $calls (i64.add (global.get $calls) (i64.const 1))))

(func (export "calls") (call $count) (call $emit (global.get $calls)) (call $finish))

(func (export "trap") (call $count) (unreachable))

(func (export "count_and_set") (call $count) (call $complain))

(func (export "count_and_return_3") (result i32) (call $count) (i32.const 3))
