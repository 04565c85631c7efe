(import "extism:host/env" "free" (func $free (param i64)))
(import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
(import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
(import "extism:host/env" "input_length" (func $input_length (result i64)))
(import "extism:host/env" "input_offset" (func $input_offset (result i64)))
(import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
(import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))

(func (export "length_and_offset")
  (call $emit (call $input_length))
  (call $emit (call $input_offset))
  (call $finish))

(func (export "length")
  (call $emit (call $input_length))
  (call $finish))

(func (export "echo_by_u8")
  (local $handle i64) (local $i i64)
  (local.set $handle (call $alloc (call $input_length)))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
      (call $store_u8
        (i64.add (local.get $handle) (local.get $i))
        (call $input_load_u8 (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
  (call $answer (local.get $handle)))

;; The input's length must be a multiple of eight.
(func (export "echo_by_u64")
  (local $handle i64) (local $i i64)
  (local.set $handle (call $alloc (call $input_length)))
  (loop $next
    (call $store_u64
      (i64.add (local.get $handle) (local.get $i))
      (call $input_load_u64 (local.get $i)))
    (local.set $i (i64.add (local.get $i) (i64.const 8)))
    (br_if $next (i64.lt_u (local.get $i) (call $input_length))))
  (call $answer (local.get $handle)))

(func (export "echo_by_offset")
  (call $output_set (call $input_offset) (call $input_length)))

(func (export "block_of_input")
  (call $emit (i64.sub (call $length (call $input_offset)) (call $input_length)))
  (call $emit32 (call $load_u8 (call $input_offset)))
  (call $emit (call $load_u64 (call $input_offset)))
  (call $finish))

(func (export "before_and_after_offset")
  (call $emit32 (call $input_load_u8 (i64.const 1)))
  (drop (call $input_offset))
  (call $emit32 (call $input_load_u8 (i64.const 1)))
  (call $emit (call $input_length))
  (call $finish))

(func (export "u8_past_the_end")
  (call $emit32 (call $input_load_u8 (call $input_length)))
  (call $emit32 (call $input_load_u8 (i64.const -1)))
  (call $emit32 (call $input_load_u8 (i64.const 0x100000000)))
  (call $emit32 (call $input_load_u8 (i64.const 0x7fffffffffffffff)))
  (call $finish))

(func (export "u64_past_the_end")
  (call $emit (call $input_load_u64 (call $input_length)))
  (call $emit (call $input_load_u64 (i64.sub (call $input_length) (i64.const 7))))
  (call $emit (call $input_load_u64 (i64.const -1)))
  (call $emit (call $input_load_u64 (i64.const -8)))
  (call $emit (call $input_load_u64 (i64.const 0x100000000)))
  (call $finish))

(func (export "u64_at_the_end")
  (call $emit (call $input_load_u64 (i64.sub (call $input_length) (i64.const 8))))
  (call $finish))

(func (export "freed")
  (call $free (call $input_offset))
  (call $emit (call $input_length))
  (call $emit32 (call $input_load_u8 (i64.const 0)))
  (call $finish))
