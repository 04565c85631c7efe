;; What every guest of the ABI cases begins with: the imports and helpers with which it answers.
;; An export answers either with a list of i64 values ($emit …, then $finish) or with a block ($answer).
(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
(import "extism:host/env" "length" (func $length (param i64) (result i64)))
(import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
(import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
(import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
;; -- the guest's own imports go here --
(memory (export "memory") 1)
(global $results (mut i32) (i32.const 0x8000))

;; Appends one value to the answer.
(func $emit (param $value i64)
  (i64.store (global.get $results) (local.get $value))
  (global.set $results (i32.add (global.get $results) (i32.const 8))))

(func $emit32 (param $value i32)
  (call $emit (i64.extend_i32_s (local.get $value))))

;; Copies guest bytes into a new block.
(func $block (param $from i32) (param $length i32) (result i64)
  (local $handle i64) (local $i i32)
  (local.set $handle (call $alloc (i64.extend_i32_u (local.get $length))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
      (call $store_u8
        (i64.add (local.get $handle) (i64.extend_i32_u (local.get $i)))
        (i32.load8_u (i32.add (local.get $from) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (local.get $handle))

;; Makes a whole block the output.
(func $answer (param $handle i64)
  (call $output_set (local.get $handle) (call $length (local.get $handle))))

;; Makes the emitted values the output.
(func $finish
  (local $length i32)
  (local.set $length (i32.sub (global.get $results) (i32.const 0x8000)))
  (global.set $results (i32.const 0x8000))
  (call $output_set
    (call $block (i32.const 0x8000) (local.get $length))
    (i64.extend_i32_u (local.get $length))))
