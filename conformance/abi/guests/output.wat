(import "extism:host/env" "free" (func $free (param i64)))
(data (i32.const 16) "abcdefgh")

(func $letters (result i64) (call $block (i32.const 16) (i32.const 8)))

(func (export "whole") (call $answer (call $letters)))

(func (export "beginning") (call $output_set (call $letters) (i64.const 3)))

(func (export "middle")
  (call $output_set (i64.add (call $letters) (i64.const 2)) (i64.const 3)))

(func (export "twice")
  (call $output_set (call $letters) (i64.const 8))
  (call $answer (call $block (i32.const 18) (i32.const 2))))

(func (export "nothing"))

(func (export "empty") (call $output_set (i64.const 0) (i64.const 0)))

(func (export "emptied")
  (call $answer (call $letters))
  (call $output_set (i64.const 0) (i64.const 0)))

(func (export "at_null") (call $output_set (i64.const 0) (i64.const 1)))

(func (export "beyond_memory") (call $output_set (i64.const 0x10000000000) (i64.const 1)))

(func (export "negative_address") (call $output_set (i64.const -8) (i64.const 16)))

(func (export "too_long") (call $output_set (call $letters) (i64.const 0x4000000000000000)))

(func (export "negative_length") (call $output_set (call $letters) (i64.const -1)))
