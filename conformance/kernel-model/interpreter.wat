;; Runs a list of kernel operations that it gets as its input, and answers with what each of them returned.
;;
;; An operation is five i64: its number, then two arguments, each as (index of an earlier result, or -1; what to add).
;; A result is two i64: the operation's, and memory_bytes after it. Result 0 is the handle of the input itself.
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "length_unsafe" (func $length_unsafe (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "input_set" (func $input_set (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "output_offset" (func $output_offset (result i64)))
  (import "extism:host/env" "output_length" (func $output_length (result i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "error_get" (func $error_get (result i64)))
  (import "extism:host/env" "reset" (func $reset))
  (import "extism:host/env" "memory_bytes" (func $memory_bytes (result i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))

  ;; Operations at 64 KiB, results at 128 KiB.
  (memory (export "memory") 4)
  (type $operation (func (param $a i64) (param $b i64) (result i64)))

  ;; In the order of `operationNames` in operations.ts.
  (table funcref (elem
    $do_alloc $do_free $do_length $do_length_unsafe $do_load_u8 $do_load_u64 $do_store_u8 $do_store_u64
    $do_input_length $do_input_offset $do_input_load_u8 $do_input_load_u64 $do_input_set
    $do_output_set $do_output_offset $do_output_length $do_error_set $do_error_get $do_reset
    $do_config_get $do_var_get $do_var_set $do_log_info))

  (func $do_alloc (param $a i64) (param $b i64) (result i64) (call $alloc (local.get $a)))
  (func $do_free (param $a i64) (param $b i64) (result i64) (call $free (local.get $a)) (i64.const 0))
  (func $do_length (param $a i64) (param $b i64) (result i64) (call $length (local.get $a)))
  (func $do_length_unsafe (param $a i64) (param $b i64) (result i64) (call $length_unsafe (local.get $a)))
  (func $do_load_u8 (param $a i64) (param $b i64) (result i64) (i64.extend_i32_u (call $load_u8 (local.get $a))))
  (func $do_load_u64 (param $a i64) (param $b i64) (result i64) (call $load_u64 (local.get $a)))
  ;; A store's result is what is there after it.
  (func $do_store_u8 (param $a i64) (param $b i64) (result i64)
    (call $store_u8 (local.get $a) (i32.wrap_i64 (local.get $b)))
    (i64.extend_i32_u (call $load_u8 (local.get $a))))
  (func $do_store_u64 (param $a i64) (param $b i64) (result i64)
    (call $store_u64 (local.get $a) (local.get $b))
    (call $load_u64 (local.get $a)))
  (func $do_input_length (param $a i64) (param $b i64) (result i64) (call $input_length))
  (func $do_input_offset (param $a i64) (param $b i64) (result i64) (call $input_offset))
  (func $do_input_load_u8 (param $a i64) (param $b i64) (result i64) (i64.extend_i32_u (call $input_load_u8 (local.get $a))))
  (func $do_input_load_u64 (param $a i64) (param $b i64) (result i64) (call $input_load_u64 (local.get $a)))
  (func $do_input_set (param $a i64) (param $b i64) (result i64) (call $input_set (local.get $a) (local.get $b)) (i64.const 0))
  (func $do_output_set (param $a i64) (param $b i64) (result i64) (call $output_set (local.get $a) (local.get $b)) (i64.const 0))
  (func $do_output_offset (param $a i64) (param $b i64) (result i64) (call $output_offset))
  (func $do_output_length (param $a i64) (param $b i64) (result i64) (call $output_length))
  (func $do_error_set (param $a i64) (param $b i64) (result i64) (call $error_set (local.get $a)) (i64.const 0))
  (func $do_error_get (param $a i64) (param $b i64) (result i64) (call $error_get))
  (func $do_reset (param $a i64) (param $b i64) (result i64) (call $reset) (i64.const 0))

  ;; What reads blocks of the guest fails the call for anything else: there, -2 says that it was not tried.
  (func $do_config_get (param $a i64) (param $b i64) (result i64)
    (if (result i64) (i64.eqz (call $length (local.get $a)))
      (then (i64.const -2))
      (else (call $config_get (local.get $a)))))
  (func $do_var_get (param $a i64) (param $b i64) (result i64)
    (if (result i64) (i64.eqz (call $length (local.get $a)))
      (then (i64.const -2))
      (else (call $var_get (local.get $a)))))
  (func $do_var_set (param $a i64) (param $b i64) (result i64)
    (if (result i64)
      (i32.or
        (i64.eqz (call $length (local.get $a)))
        (i32.and
          (i64.ne (local.get $b) (i64.const 0))
          (i64.eqz (call $length (local.get $b)))))
      (then (i64.const -2))
      (else (call $var_set (local.get $a) (local.get $b)) (i64.const 0))))
  (func $do_log_info (param $a i64) (param $b i64) (result i64)
    (local $length i64)
    (local.set $length (call $length (local.get $a)))
    (if (result i64)
      (i32.or (i64.eqz (local.get $length)) (i64.gt_u (local.get $length) (i64.const 4096)))
      (then (i64.const -2))
      (else (call $log_info (local.get $a)) (i64.const 0))))

  (global $results (mut i32) (i32.const 0))

  (func $record (param $result i64)
    (local $at i32)
    (local.set $at (i32.add (i32.const 0x20000) (i32.shl (global.get $results) (i32.const 4))))
    (i64.store (local.get $at) (local.get $result))
    (i64.store offset=8 (local.get $at) (call $memory_bytes))
    (global.set $results (i32.add (global.get $results) (i32.const 1))))

  (func $argument (param $at i32) (result i64)
    (i64.add
      (i64.load offset=8 (local.get $at))
      (if (result i64) (i64.lt_s (i64.load (local.get $at)) (i64.const 0))
        (then (i64.const 0))
        (else
          (i64.load
            (i32.add
              (i32.const 0x20000)
              (i32.shl (i32.wrap_i64 (i64.load (local.get $at))) (i32.const 4))))))))

  (func $copy_input (param $bytes i64)
    (local $i i64)
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (local.get $bytes)))
        (i64.store
          (i32.add (i32.const 0x10000) (i32.wrap_i64 (local.get $i)))
          (call $input_load_u64 (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 8)))
        (br $next))))

  (func $answer
    (local $handle i64) (local $i i64) (local $bytes i64)
    (call $error_set (i64.const 0))
    (local.set $bytes (i64.extend_i32_u (i32.shl (global.get $results) (i32.const 4))))
    (local.set $handle (call $alloc (local.get $bytes)))
    (loop $next
      (call $store_u64
        (i64.add (local.get $handle) (local.get $i))
        (i64.load (i32.add (i32.const 0x20000) (i32.wrap_i64 (local.get $i)))))
      (local.set $i (i64.add (local.get $i) (i64.const 8)))
      (br_if $next (i64.lt_u (local.get $i) (local.get $bytes))))
    (call $output_set (local.get $handle) (local.get $bytes)))

  (func (export "run")
    (local $at i32) (local $end i32)
    (global.set $results (i32.const 0))
    (local.set $at (i32.const 0x10000))
    (local.set $end (i32.add (local.get $at) (i32.wrap_i64 (call $input_length))))
    (call $copy_input (call $input_length))
    (call $record (call $input_offset))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (call $record
          (call_indirect (type $operation)
            (call $argument (i32.add (local.get $at) (i32.const 8)))
            (call $argument (i32.add (local.get $at) (i32.const 24)))
            (i32.wrap_i64 (i64.load (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 40)))
        (br $next)))
    (call $answer)))
