(import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))

;; What memory.grow says to the number of pages that the input holds.
(func (export "grow")
  (call $emit32 (memory.grow (i32.wrap_i64 (call $input_load_u64 (i64.const 0)))))
  (call $finish))

(func (export "grow_or_trap")
  (if (i32.eq (memory.grow (i32.wrap_i64 (call $input_load_u64 (i64.const 0)))) (i32.const -1))
    (then unreachable)))

;; Whether alloc grants the number of bytes that the input holds.
(func (export "alloc")
  (call $emit32 (i64.ne (call $alloc (call $input_load_u64 (i64.const 0))) (i64.const 0)))
  (call $finish))

(func (export "alloc_or_trap")
  (if (i64.eqz (call $alloc (call $input_load_u64 (i64.const 0)))) (then unreachable)))

(func (export "alloc_or_return_1") (result i32)
  (i64.eqz (call $alloc (call $input_load_u64 (i64.const 0)))))

(func (export "trap") (unreachable))
