(import "extism:host/env" "free" (func $free (param i64)))
(import "extism:host/env" "input_length" (func $input_length (result i64)))
(import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
(import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
(import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
(import "extism:host/user" "empty_block" (func $empty_block (result i64)))

;; The input is "key=value"; $key and $value make blocks of its two halves.
(global $equals (mut i64) (i64.const 0))

(func $find_equals
  (global.set $equals (i64.const 0))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (global.get $equals) (call $input_length)))
      (br_if $done (i32.eq (call $input_load_u8 (global.get $equals)) (i32.const 61)))
      (global.set $equals (i64.add (global.get $equals) (i64.const 1)))
      (br $next))))

(func $part (param $from i64) (param $to i64) (result i64)
  (local $handle i64) (local $i i64)
  (local.set $handle (call $alloc (i64.sub (local.get $to) (local.get $from))))
  (local.set $i (local.get $from))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (local.get $i) (local.get $to)))
      (call $store_u8
        (i64.add (local.get $handle) (i64.sub (local.get $i) (local.get $from)))
        (call $input_load_u8 (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
  (local.get $handle))

(func $key (result i64)
  (call $find_equals)
  (call $part (i64.const 0) (global.get $equals)))

(func $value (result i64)
  (call $find_equals)
  (call $part (i64.add (global.get $equals) (i64.const 1)) (call $input_length)))

(func (export "set") (call $var_set (call $key) (call $value)))

(func (export "delete") (call $var_set (call $key) (i64.const 0)))

(func (export "get") (call $answer (call $var_get (call $key))))

;; The value's length, or -1 where there is none.
(func (export "length")
  (local $value i64)
  (local.set $value (call $var_get (call $key)))
  (call $emit
    (if (result i64) (i64.eqz (local.get $value))
      (then (i64.const -1))
      (else (call $length (local.get $value)))))
  (call $finish))

;; Only the host can make a block of no bytes.
(func (export "set_empty") (call $var_set (call $key) (call $empty_block)))

(func (export "set_consumes")
  (local $key i64) (local $value i64)
  (local.set $key (call $key))
  (local.set $value (call $value))
  (call $var_set (local.get $key) (local.get $value))
  (call $emit (call $length (local.get $key)))
  (call $emit (call $length (local.get $value)))
  (call $finish))

(func (export "get_consumes")
  (local $key i64)
  (local.set $key (call $key))
  (drop (call $var_get (local.get $key)))
  (call $emit (call $length (local.get $key)))
  (call $finish))

;; Overwrites the block that var_get gave, and asks again.
(func (export "get_twice")
  (call $store_u8 (call $var_get (call $key)) (i32.const 33))
  (call $answer (call $var_get (call $key))))

;; Frees the key after the import took it, and again after that.
(func (export "key_freed_afterwards")
  (local $key i64) (local $value i64)
  (local.set $key (call $key))
  (local.set $value (call $var_get (local.get $key)))
  (call $free (local.get $key))
  (call $free (local.get $key))
  (call $answer (local.get $value)))

;; Goes on after the host refused, as if nothing had happened.
(func (export "set_and_answer")
  (call $var_set (call $key) (call $value))
  (call $answer (call $part (i64.const 0) (i64.const 1))))

(func (export "get_wild") (drop (call $var_get (i64.const -1))))

(func (export "set_wild_key") (call $var_set (i64.const -1) (call $value)))

(func (export "set_wild_value") (call $var_set (call $key) (i64.const -1)))
