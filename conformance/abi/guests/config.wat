(import "extism:host/env" "free" (func $free (param i64)))
(import "extism:host/env" "input_offset" (func $input_offset (result i64)))
(import "extism:host/env" "input_length" (func $input_length (result i64)))
(import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
(import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))

;; The key is the input, copied: what an import of extism:host/env is given, it frees.
(func $key (result i64)
  (local $i i32)
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (i64.extend_i32_u (local.get $i)) (call $input_length)))
      (i32.store8
        (i32.add (i32.const 0x1000) (local.get $i))
        (call $input_load_u8 (i64.extend_i32_u (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
  (call $block (i32.const 0x1000) (local.get $i)))

(func (export "value") (call $answer (call $config_get (call $key))))

;; The value's length, or -1 where there is none.
(func (export "length")
  (local $value i64)
  (local.set $value (call $config_get (call $key)))
  (call $emit
    (if (result i64) (i64.eqz (local.get $value))
      (then (i64.const -1))
      (else (call $length (local.get $value)))))
  (call $finish))

(func (export "key_is_consumed")
  (local $key i64)
  (local.set $key (call $key))
  (drop (call $config_get (local.get $key)))
  (call $emit (call $length (local.get $key)))
  (call $finish))

;; What published PDKs do: free the key after the import took it, which must not free the result.
(func (export "key_freed_afterwards")
  (local $key i64) (local $value i64)
  (local.set $key (call $key))
  (local.set $value (call $config_get (local.get $key)))
  (call $free (local.get $key))
  (call $answer (local.get $value)))

;; The same with a block allocated in between, which must not be the key's either.
(func (export "key_freed_after_alloc")
  (local $key i64) (local $block i64)
  (local.set $key (call $key))
  (drop (call $config_get (local.get $key)))
  (local.set $block (call $alloc (i64.const 5)))
  (call $free (local.get $key))
  (call $emit (call $length (local.get $block)))
  (call $finish))

(func (export "null_key") (call $emit (call $config_get (i64.const 0))) (call $finish))

(func (export "wild_key") (drop (call $config_get (i64.const -1))))

(func (export "freed_key")
  (local $key i64)
  (local.set $key (call $key))
  (call $free (local.get $key))
  (drop (call $config_get (local.get $key))))
