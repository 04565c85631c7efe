(import "extism:host/env" "free" (func $free (param i64)))
(import "extism:host/user" "shout" (func $shout (param i64) (result i64)))
(import "env" "add" (func $add (param i32 i64) (result i64)))
(import "acme:maths" "half" (func $half (param f64) (result f64)))
(import "extism:host/user" "nothing" (func $nothing))
(import "extism:host/user" "fail" (func $fail))
(data (i32.const 16) "hello")
(global $calls (mut i64) (i64.const 0))

(func $hello (result i64) (call $block (i32.const 16) (i32.const 5)))

(func (export "shout") (call $answer (call $shout (call $hello))))

(func (export "argument_stays")
  (local $argument i64)
  (local.set $argument (call $hello))
  (drop (call $shout (local.get $argument)))
  (call $emit (call $length (local.get $argument)))
  (call $finish))

(func (export "result_is_the_guests")
  (local $result i64)
  (local.set $result (call $shout (call $hello)))
  (call $emit (call $length (local.get $result)))
  (call $free (local.get $result))
  (call $emit (call $length (local.get $result)))
  (call $finish))

(func (export "numbers")
  (call $emit (call $add (i32.const -2) (i64.const 0x100000000)))
  (call $emit (i64.trunc_f64_s (f64.mul (call $half (f64.const 5)) (f64.const 10))))
  (call $finish))

(func (export "nothing") (call $nothing) (call $answer (call $hello)))

;; Counts its calls in a guest global, then lets the host fail.
(func (export "fail")
  (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
  (call $fail))

(func (export "calls")
  (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
  (call $emit (global.get $calls))
  (call $finish))
