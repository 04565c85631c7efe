;; The adapter: what stands between the QuickJS engine and a host that speaks the Extism ABI.
;; It is fused with the engine once, when the package is built (scripts/build.mjs).
;;
;; Fixed addresses. The engine keeps its stack below 1 MiB and uses at most its top 64 KiB
;; (src/compiler/engine.ts sets the limit), so the bottom of that region is free for ours:
;;    16  i32  JSContext*, written once at build time and kept by the snapshot
;;    24  i64  the guest function that runs an export (JSValue)
;;    32  i64  the guest function that hears of rejected promises (JSValue)
;;    64  scratch: lengths and argument vectors
;;   256  512 bytes: parameters and result of a host function, shared with guest code
;;  1024  messages, up to 1536
(module
  ;; ---- the engine ----
  (import "engine" "memory" (memory 1))
  (import "engine" "__indirect_function_table" (table 0 funcref))
  (import "engine" "JS_Call" (func $JS_Call (param i32 i64 i64 i32 i32) (result i64)))
  (import "engine" "JS_FreeValue" (func $JS_FreeValue (param i32 i64)))
  (import "engine" "JS_GetException" (func $JS_GetException (param i32) (result i64)))
  (import "engine" "JS_HasException" (func $JS_HasException (param i32) (result i32)))
  (import "engine" "JS_GetRuntime" (func $JS_GetRuntime (param i32) (result i32)))
  (import "engine" "JS_NewNumber" (func $JS_NewNumber (param i32 f64) (result i64)))
  (import "engine" "JS_NewStringLen" (func $JS_NewStringLen (param i32 i32 i32) (result i64)))
  (import "engine" "JS_ToCStringLen2" (func $JS_ToCStringLen2 (param i32 i32 i64 i32) (result i32)))
  (import "engine" "JS_FreeCString" (func $JS_FreeCString (param i32 i32)))
  (import "engine" "JS_ToFloat64" (func $JS_ToFloat64 (param i32 i32 i64) (result i32)))
  (import "engine" "JS_NewUint8Array" (func $JS_NewUint8Array (param i32 i32 i32 i32 i32 i32) (result i64)))
  (import "engine" "JS_NewArrayBuffer" (func $JS_NewArrayBuffer (param i32 i32 i32 i32 i32 i32 i32) (result i64)))
  (import "engine" "JS_GetUint8Array" (func $JS_GetUint8Array (param i32 i32 i64) (result i32)))
  (import "engine" "JS_IsJobPending" (func $JS_IsJobPending (param i32) (result i32)))
  (import "engine" "JS_ExecutePendingJob" (func $JS_ExecutePendingJob (param i32 i32) (result i32)))
  (import "engine" "JS_ThrowRangeError" (func $JS_ThrowRangeError (param i32 i32 i32) (result i64)))
  (import "engine" "js_malloc" (func $js_malloc (param i32 i32) (result i32)))
  (import "engine" "js_free" (func $js_free (param i32 i32)))
  (import "engine" "js_realloc_rt" (func $js_realloc_rt (param i32 i32 i32) (result i32)))

  ;; ---- the host ----
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
  (import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))
  (import "extism:host/env" "http_headers" (func $http_headers (result i64)))
  (import "extism:host/env" "log_trace" (func $log_trace (param i64)))
  (import "extism:host/env" "log_debug" (func $log_debug (param i64)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))
  (import "extism:host/env" "log_warn" (func $log_warn (param i64)))
  (import "extism:host/env" "log_error" (func $log_error (param i64)))
  (import "extism:host/env" "get_log_level" (func $get_log_level (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))

  ;; Import slots that no code calls: the compiler renames and retypes those a plugin needs.
  ;;SLOTS

  (type $host_trampoline (func (param i32)))
  (type $direct_input (func (param i32 i32 i32)))
  (type $direct_output (func (param i32 i32)))
  (type $direct_load (func (param i32 i64 i32)))
  (type $direct_store (func (param i64 i32 i32)))

  ;; Where the host put its four copy functions in our table; 0 = it did not (architecture: direct transfer).
  (global $direct (export "mortise_direct") (mut i32) (i32.const 0))

  ;; State that must be fresh in every instance is kept in globals: the snapshot holds memory only.
  (global $seed0 (mut i64) (i64.const 0))
  (global $seed1 (mut i64) (i64.const 0))
  (global $monotonic_origin (mut i64) (i64.const 0))
  (global $wall_origin (mut f64) (f64.const 0))

  (global $UNDEFINED i64 (i64.const 0x300000000))
  (global $EXCEPTION i64 (i64.const 0x600000000))

  (data (i32.const 1024) "the host has no memory for this block\00")
  (data (i32.const 1088) "the host has no entropy or no clock\00")
  (data (i32.const 1152) "the plugin failed, and had neither memory nor stack left to say how")

  (data (i32.const 1232) "the clock was read, but no source mentions Date, performance or eval: mention it, so that it is linked")
  (data (i32.const 1360) "random numbers were read, but no source mentions random, crypto or eval: mention it, so that they are linked")

  (elem (i32.const TABLE_BASE) func $native $resize_buffer $rejection $no_clock $no_random)

  (func $context (result i32) (i32.load (i32.const 16)))

  (func $is_exception (param $value i64) (result i32)
    (i64.eq (i64.shr_u (local.get $value) (i64.const 32)) (i64.const 6)))

  ;; ---- blocks: host memory, 8 bytes at a time, or by the host's own memcpy ----

  (func $load_block (param $dst i32) (param $address i64) (param $len i32)
    (local $end i32)
    (if (i32.eqz (local.get $len)) (then return))
    (if (global.get $direct) (then
      (call_indirect (type $direct_load) (local.get $dst) (local.get $address) (local.get $len)
        (i32.add (global.get $direct) (i32.const 2)))
      return))
    (local.set $end (i32.add (local.get $dst) (i32.and (local.get $len) (i32.const -8))))
    (block $words_done (loop $words
      (br_if $words_done (i32.eq (local.get $dst) (local.get $end)))
      (i64.store align=1 (local.get $dst) (call $load_u64 (local.get $address)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 8)))
      (local.set $address (i64.add (local.get $address) (i64.const 8)))
      (br $words)))
    (local.set $end (i32.add (local.get $dst) (i32.and (local.get $len) (i32.const 7))))
    (block $bytes_done (loop $bytes
      (br_if $bytes_done (i32.eq (local.get $dst) (local.get $end)))
      (i32.store8 (local.get $dst) (call $load_u8 (local.get $address)))
      (local.set $dst (i32.add (local.get $dst) (i32.const 1)))
      (local.set $address (i64.add (local.get $address) (i64.const 1)))
      (br $bytes))))

  (func $store_block (param $address i64) (param $src i32) (param $len i32)
    (local $end i32)
    (if (i32.eqz (local.get $len)) (then return))
    (if (global.get $direct) (then
      (call_indirect (type $direct_store) (local.get $address) (local.get $src) (local.get $len)
        (i32.add (global.get $direct) (i32.const 3)))
      return))
    (local.set $end (i32.add (local.get $src) (i32.and (local.get $len) (i32.const -8))))
    (block $words_done (loop $words
      (br_if $words_done (i32.eq (local.get $src) (local.get $end)))
      (call $store_u64 (local.get $address) (i64.load align=1 (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 8)))
      (local.set $address (i64.add (local.get $address) (i64.const 8)))
      (br $words)))
    (local.set $end (i32.add (local.get $src) (i32.and (local.get $len) (i32.const 7))))
    (block $bytes_done (loop $bytes
      (br_if $bytes_done (i32.eq (local.get $src) (local.get $end)))
      (call $store_u8 (local.get $address) (i32.load8_u (local.get $src)))
      (local.set $src (i32.add (local.get $src) (i32.const 1)))
      (local.set $address (i64.add (local.get $address) (i64.const 1)))
      (br $bytes))))

  (func $load_input (param $dst i32) (param $len i32)
    (local $at i32)
    (if (i32.eqz (local.get $len)) (then return))
    (if (global.get $direct) (then
      (call_indirect (type $direct_input) (local.get $dst) (i32.const 0) (local.get $len) (global.get $direct))
      return))
    (block $words_done (loop $words
      (br_if $words_done (i32.lt_u (i32.sub (local.get $len) (local.get $at)) (i32.const 8)))
      (i64.store align=1 (i32.add (local.get $dst) (local.get $at))
        (call $input_load_u64 (i64.extend_i32_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br $words)))
    (block $bytes_done (loop $bytes
      (br_if $bytes_done (i32.eq (local.get $at) (local.get $len)))
      (i32.store8 (i32.add (local.get $dst) (local.get $at))
        (call $input_load_u8 (i64.extend_i32_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $bytes))))

  ;; Makes a block of $len bytes at $src. 0 for no bytes, and, with an exception pending, when the host refuses.
  (func $new_block (param $src i32) (param $len i32) (result i64)
    (local $handle i64)
    (local.set $handle (call $alloc (i64.extend_i32_u (local.get $len))))
    (if (i32.and (i64.eqz (local.get $handle)) (i32.ne (local.get $len) (i32.const 0))) (then
      (drop (call $JS_ThrowRangeError (call $context) (i32.const 1024) (i32.const 0)))
      (return (i64.const 0))))
    (call $store_block (local.get $handle) (local.get $src) (local.get $len))
    (local.get $handle))

  (func $set_output (param $src i32) (param $len i32) (result i64)
    (local $handle i64)
    (if (global.get $direct) (then
      (call_indirect (type $direct_output) (local.get $src) (local.get $len)
        (i32.add (global.get $direct) (i32.const 1)))
      (return (global.get $UNDEFINED))))
    (local.set $handle (call $new_block (local.get $src) (local.get $len)))
    (if (i32.and (i64.eqz (local.get $handle)) (i32.ne (local.get $len) (i32.const 0)))
      (then (return (global.get $EXCEPTION))))
    (call $output_set (local.get $handle) (i64.extend_i32_u (local.get $len)))
    (global.get $UNDEFINED))

  ;; ---- values ----

  (func $number (param $value f64) (result i64) (call $JS_NewNumber (call $context) (local.get $value)))
  (func $handle_value (param $handle i64) (result i64) (call $number (f64.convert_i64_u (local.get $handle))))
  (func $int_value (param $value i32) (result i64) (call $number (f64.convert_i32_s (local.get $value))))

  ;; An argument as an i64 handle; what is not a number in range becomes 0, which no import takes for a block.
  (func $handle_arg (param $value i64) (result i64)
    (if (call $JS_ToFloat64 (call $context) (i32.const 64) (local.get $value)) (then
      (call $JS_FreeValue (call $context) (call $JS_GetException (call $context)))
      (return (i64.const 0))))
    (i64.trunc_sat_f64_u (f64.load (i32.const 64))))

  ;; The engine calls this to grow, shrink or (size 0) free the bytes of an array that we made.
  (func $resize_buffer (param $runtime i32) (param $opaque i32) (param $data i32) (param $size i32) (result i32)
    (call $js_realloc_rt (local.get $runtime) (local.get $data) (local.get $size)))

  ;; A buffer of the engine's own heap; 0 with an exception pending when it is full.
  ;; The engine's allocator takes a signed size, so the upper half of the address space is refused here.
  (func $new_buffer (param $len i64) (result i32)
    (if (i64.gt_u (local.get $len) (i64.const 0x7ffffff0)) (then
      (drop (call $JS_ThrowRangeError (call $context) (i32.const 1024) (i32.const 0)))
      (return (i32.const 0))))
    (call $js_malloc (call $context)
      (select (i32.const 1) (i32.wrap_i64 (local.get $len)) (i64.eqz (local.get $len)))))

  (func $bytes_value (param $data i32) (param $len i32) (result i64)
    (call $JS_NewUint8Array (call $context) (local.get $data) (local.get $len)
      (i32.const RESIZE_BUFFER) (i32.const 0) (i32.const 0)))

  ;; Length of the UTF-8 sequence at $at, or minus the number of bytes that U+FFFD stands for there
  ;; (Encoding standard, UTF-8 decoder: the longest prefix that could still become a character).
  (func $sequence (param $at i32) (param $end i32) (result i32)
    (local $lead i32) (local $low i32) (local $high i32) (local $trail i32) (local $n i32) (local $byte i32)
    (local.set $lead (i32.load8_u (local.get $at)))
    (if (i32.lt_u (local.get $lead) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.or (i32.lt_u (local.get $lead) (i32.const 0xC2)) (i32.gt_u (local.get $lead) (i32.const 0xF4)))
      (then (return (i32.const -1))))
    (local.set $trail (i32.add (i32.add (i32.const 1) (i32.ge_u (local.get $lead) (i32.const 0xE0)))
      (i32.ge_u (local.get $lead) (i32.const 0xF0))))
    (local.set $low (select (i32.const 0xA0) (i32.const 0x80) (i32.eq (local.get $lead) (i32.const 0xE0))))
    (local.set $low (select (i32.const 0x90) (local.get $low) (i32.eq (local.get $lead) (i32.const 0xF0))))
    (local.set $high (select (i32.const 0x9F) (i32.const 0xBF) (i32.eq (local.get $lead) (i32.const 0xED))))
    (local.set $high (select (i32.const 0x8F) (local.get $high) (i32.eq (local.get $lead) (i32.const 0xF4))))
    (local.set $n (i32.const 1))
    (block $cut (loop $next
      (br_if $cut (i32.eq (i32.add (local.get $at) (local.get $n)) (local.get $end)))
      (local.set $byte (i32.load8_u (i32.add (local.get $at) (local.get $n))))
      (br_if $cut (i32.or (i32.lt_u (local.get $byte) (local.get $low)) (i32.gt_u (local.get $byte) (local.get $high))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $low (i32.const 0x80))
      (local.set $high (i32.const 0xBF))
      (br_if $next (i32.le_u (local.get $n) (local.get $trail)))
      (return (local.get $n))))
    (i32.sub (i32.const 0) (local.get $n)))

  ;; Where the text stops to be UTF-8, or $end.
  (func $first_malformed (param $at i32) (param $end i32) (result i32)
    (local $step i32)
    (block $done (loop $next
      (block $ascii_done (loop $ascii
        (br_if $ascii_done (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 8)))
        (br_if $ascii_done (i64.ne (i64.const 0)
          (i64.and (i64.load align=1 (local.get $at)) (i64.const 0x8080808080808080))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $ascii)))
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      (local.set $step (call $sequence (local.get $at) (local.get $end)))
      (br_if $done (i32.lt_s (local.get $step) (i32.const 0)))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (br $next)))
    (local.get $at))

  ;; A string from any bytes. The engine's own decoder is not the one of the Encoding standard, so it is
  ;; only given text that is well-formed already.
  (func $string (param $data i32) (param $len i32) (result i64)
    (local $at i32) (local $end i32) (local $repaired i32) (local $to i32) (local $step i32) (local $text i64)
    (local.set $end (i32.add (local.get $data) (local.get $len)))
    (if (i32.eq (call $first_malformed (local.get $data) (local.get $end)) (local.get $end))
      (then (return (call $JS_NewStringLen (call $context) (local.get $data) (local.get $len)))))
    (local.set $repaired (call $new_buffer (i64.mul (i64.extend_i32_u (local.get $len)) (i64.const 3))))
    (if (i32.eqz (local.get $repaired)) (then (return (global.get $EXCEPTION))))
    (local.set $to (local.get $repaired))
    (local.set $at (local.get $data))
    (loop $next
      (local.set $step (call $sequence (local.get $at) (local.get $end)))
      (if (i32.lt_s (local.get $step) (i32.const 0))
        (then
          (i32.store16 align=1 (local.get $to) (i32.const 0xBFEF))
          (i32.store8 offset=2 (local.get $to) (i32.const 0xBD))
          (local.set $to (i32.add (local.get $to) (i32.const 3)))
          (local.set $step (i32.sub (i32.const 0) (local.get $step))))
        (else
          (memory.copy (local.get $to) (local.get $at) (local.get $step))
          (local.set $to (i32.add (local.get $to) (local.get $step)))))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $text (call $JS_NewStringLen (call $context)
      (local.get $repaired) (i32.sub (local.get $to) (local.get $repaired))))
    (call $js_free (call $context) (local.get $repaired))
    (local.get $text))

  (func $text_value (param $data i32) (param $len i32) (result i64)
    (local $text i64)
    (local.set $text (call $string (local.get $data) (local.get $len)))
    (call $js_free (call $context) (local.get $data))
    (local.get $text))

  (func $input_value (param $as_text i32) (result i64)
    (local $len i64) (local $data i32)
    (local.set $len (call $input_length))
    (local.set $data (call $new_buffer (local.get $len)))
    (if (i32.eqz (local.get $data)) (then (return (global.get $EXCEPTION))))
    (call $load_input (local.get $data) (i32.wrap_i64 (local.get $len)))
    (if (result i64) (local.get $as_text)
      (then (call $text_value (local.get $data) (i32.wrap_i64 (local.get $len))))
      (else (call $bytes_value (local.get $data) (i32.wrap_i64 (local.get $len))))))

  (func $block_value (param $handle i64) (param $as_text i32) (result i64)
    (local $len i64) (local $data i32)
    (local.set $len (call $length (local.get $handle)))
    (local.set $data (call $new_buffer (local.get $len)))
    (if (i32.eqz (local.get $data)) (then (return (global.get $EXCEPTION))))
    (call $load_block (local.get $data) (local.get $handle) (i32.wrap_i64 (local.get $len)))
    (if (result i64) (local.get $as_text)
      (then (call $text_value (local.get $data) (i32.wrap_i64 (local.get $len))))
      (else (call $bytes_value (local.get $data) (i32.wrap_i64 (local.get $len))))))

  ;; The bytes of a Uint8Array: the address is returned, the length stands at 72.
  ;; An empty array may have the address 0; $JS_HasException tells that from a value of another type.
  (func $bytes_arg (param $value i64) (result i32)
    (i32.store (i32.const 72) (i32.const 0))
    (call $JS_GetUint8Array (call $context) (i32.const 72) (local.get $value)))

  (func $bytes_to (param $value i64) (param $to_output i32) (result i64)
    (local $data i32)
    (local.set $data (call $bytes_arg (local.get $value)))
    (if (i32.and (i32.eqz (local.get $data)) (call $JS_HasException (call $context)))
      (then (return (global.get $EXCEPTION))))
    (call $deliver (local.get $data) (i32.load (i32.const 72)) (local.get $to_output)))

  (func $text_to (param $value i64) (param $to_output i32) (result i64)
    (local $data i32) (local $result i64)
    (local.set $data (call $JS_ToCStringLen2 (call $context) (i32.const 72) (local.get $value) (i32.const 0)))
    (if (i32.eqz (local.get $data)) (then (return (global.get $EXCEPTION))))
    (local.set $result (call $deliver (local.get $data) (i32.load (i32.const 72)) (local.get $to_output)))
    (call $JS_FreeCString (call $context) (local.get $data))
    (local.get $result))

  (func $deliver (param $data i32) (param $len i32) (param $to_output i32) (result i64)
    (local $handle i64)
    (if (local.get $to_output) (then (return (call $set_output (local.get $data) (local.get $len)))))
    (local.set $handle (call $new_block (local.get $data) (local.get $len)))
    (if (i32.and (i64.eqz (local.get $handle)) (i32.ne (local.get $len) (i32.const 0)))
      (then (return (global.get $EXCEPTION))))
    (call $handle_value (local.get $handle)))

  (func $encode (param $value i64) (result i64)
    (local $text i32) (local $len i32) (local $data i32)
    (local.set $text (call $JS_ToCStringLen2 (call $context) (i32.const 72) (local.get $value) (i32.const 0)))
    (if (i32.eqz (local.get $text)) (then (return (global.get $EXCEPTION))))
    (local.set $len (i32.load (i32.const 72)))
    (local.set $data (call $new_buffer (i64.extend_i32_u (local.get $len))))
    (if (local.get $data) (then (memory.copy (local.get $data) (local.get $text) (local.get $len))))
    (call $JS_FreeCString (call $context) (local.get $text))
    (if (i32.eqz (local.get $data)) (then (return (global.get $EXCEPTION))))
    (call $bytes_value (local.get $data) (local.get $len)))

  (func $decode (param $value i64) (result i64)
    (local $data i32)
    (local.set $data (call $bytes_arg (local.get $value)))
    (if (i32.and (i32.eqz (local.get $data)) (call $JS_HasException (call $context)))
      (then (return (global.get $EXCEPTION))))
    (call $string (local.get $data) (i32.load (i32.const 72))))

  ;; ---- time and chance, fresh in each instance ----

  (func $unavailable (result i64)
    (call $JS_ThrowRangeError (call $context) (i32.const 1088) (i32.const 0)))

  (func $random_fill (param $value i64) (result i64)
    (local $data i32)
    (local.set $data (call $bytes_arg (local.get $value)))
    (if (i32.and (i32.eqz (local.get $data)) (call $JS_HasException (call $context)))
      (then (return (global.get $EXCEPTION))))
    (if (i32.eqz (i32.load (i32.const 72))) (then (return (global.get $UNDEFINED))))
    (if (call $random_get (local.get $data) (i32.load (i32.const 72))) (then (return (call $unavailable))))
    (global.get $UNDEFINED))

  ;; Math.random: xorshift128+, seeded from the host at the first use in an instance.
  (func $random (result i64)
    (local $a i64) (local $b i64)
    (if (i64.eqz (i64.or (global.get $seed0) (global.get $seed1))) (then
      (if (call $random_get (i32.const 64) (i32.const 16)) (then (return (call $unavailable))))
      (global.set $seed0 (i64.load (i32.const 64)))
      (global.set $seed1 (i64.or (i64.load (i32.const 72)) (i64.const 1)))))
    (local.set $a (global.get $seed0))
    (local.set $b (global.get $seed1))
    (global.set $seed0 (local.get $b))
    (local.set $a (i64.xor (local.get $a) (i64.shl (local.get $a) (i64.const 23))))
    (global.set $seed1 (i64.xor
      (i64.xor (local.get $a) (local.get $b))
      (i64.xor (i64.shr_u (local.get $a) (i64.const 17)) (i64.shr_u (local.get $b) (i64.const 26)))))
    (call $number (f64.mul
      (f64.convert_i64_u (i64.shr_u (i64.add (global.get $seed1) (local.get $b)) (i64.const 11)))
      (f64.const 0x1p-53))))

  ;; Nanoseconds of clock $id at address 64.
  (func $read_clock (param $id i32) (result i64)
    (if (call $clock_time_get (local.get $id) (i64.const 1) (i32.const 64)) (then (return (i64.const 0))))
    (i64.load (i32.const 64)))

  (func $start_clocks
    (if (f64.ne (global.get $wall_origin) (f64.const 0)) (then return))
    (global.set $monotonic_origin (call $read_clock (i32.const 1)))
    (global.set $wall_origin
      (f64.div (f64.convert_i64_u (call $read_clock (i32.const 0))) (f64.const 1e6))))

  (func $now (result i64)
    (call $start_clocks)
    (call $number (f64.div
      (f64.convert_i64_s (i64.sub (call $read_clock (i32.const 1)) (global.get $monotonic_origin)))
      (f64.const 1e6))))

  (func $time_origin (result i64)
    (call $start_clocks)
    (call $number (global.get $wall_origin)))

  ;; ---- jobs ----

  (func $run_jobs (result i64)
    (local $runtime i32)
    (local.set $runtime (call $JS_GetRuntime (call $context)))
    (block $done (loop $next
      (br_if $done (i32.eqz (call $JS_IsJobPending (local.get $runtime))))
      (if (i32.lt_s (call $JS_ExecutePendingJob (local.get $runtime) (i32.const 80)) (i32.const 0))
        (then (return (global.get $EXCEPTION))))
      (br $next)))
    (global.get $UNDEFINED))

  (func $rejection (param $ctx i32) (param $promise i64) (param $reason i64) (param $handled i32) (param $opaque i32)
    (i64.store (i32.const 96) (local.get $promise))
    (i64.store (i32.const 104) (local.get $reason))
    (i64.store (i32.const 112) (i64.or (i64.const 0x100000000) (i64.extend_i32_u (i32.ne (local.get $handled) (i32.const 0)))))
    (call $JS_FreeValue (local.get $ctx)
      (call $JS_Call (local.get $ctx) (i64.load (i32.const 32)) (global.get $UNDEFINED) (i32.const 3) (i32.const 96))))

  ;; ---- natives: one engine function, told apart by its magic number (src/compiler/natives.ts) ----

  (func $native (param $ctx i32) (param $this i64) (param $argc i32) (param $argv i32) (param $magic i32) (result i64)
    (local $a i64) (local $b i64)
    (local.set $a (i64.load (local.get $argv)))
    (block $call_import (block $get_log_level
    (block $log_error (block $log_warn (block $log_info (block $log_debug (block $log_trace
    (block $http_headers (block $http_status (block $http_request (block $var_set (block $var_get (block $config_get
    (block $error_set (block $length (block $free
    (block $scratch (block $has_jobs (block $run_jobs (block $time_origin (block $now (block $random (block $random_fill
    (block $decode (block $encode
    (block $load_text (block $load_bytes (block $store_text (block $store_bytes
    (block $output_text (block $output_bytes (block $input_text (block $input_bytes
      (br_table $input_bytes $input_text $output_bytes $output_text $store_bytes $store_text $load_bytes $load_text
        $encode $decode $random_fill $random $now $time_origin $run_jobs $has_jobs $scratch
        $free $length $error_set $config_get $var_get $var_set
        $http_request $http_status $http_headers
        $log_trace $log_debug $log_info $log_warn $log_error $get_log_level $call_import
        (local.get $magic))
    ) (return (call $input_value (i32.const 0)))
    ) (return (call $input_value (i32.const 1)))
    ) (return (call $bytes_to (local.get $a) (i32.const 1)))
    ) (return (call $text_to (local.get $a) (i32.const 1)))
    ) (return (call $bytes_to (local.get $a) (i32.const 0)))
    ) (return (call $text_to (local.get $a) (i32.const 0)))
    ) (return (call $block_value (call $handle_arg (local.get $a)) (i32.const 0)))
    ) (return (call $block_value (call $handle_arg (local.get $a)) (i32.const 1)))
    ) (return (call $encode (local.get $a)))
    ) (return (call $decode (local.get $a)))
    ) (return (call $random_fill (local.get $a)))
    ) (return (call $random))
    ) (return (call $now))
    ) (return (call $time_origin))
    ) (return (call $run_jobs))
    ) (return (call $int_value (call $JS_IsJobPending (call $JS_GetRuntime (local.get $ctx)))))
    ) (return (call $JS_NewArrayBuffer (local.get $ctx) (i32.const 256) (i32.const 512)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    ) (call $free (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (return (call $handle_value (call $length (call $handle_arg (local.get $a)))))
    ) (call $error_set (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (return (call $handle_value (call $config_get (call $handle_arg (local.get $a)))))
    ) (return (call $handle_value (call $var_get (call $handle_arg (local.get $a)))))
    ) (call $var_set (call $handle_arg (local.get $a)) (call $handle_arg (i64.load offset=8 (local.get $argv))))
      (return (global.get $UNDEFINED))
    ) (return (call $handle_value
        (call $http_request (call $handle_arg (local.get $a)) (call $handle_arg (i64.load offset=8 (local.get $argv))))))
    ) (return (call $int_value (call $http_status_code)))
    ) (return (call $handle_value (call $http_headers)))
    ) (call $log_trace (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (call $log_debug (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (call $log_info (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (call $log_warn (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (call $log_error (call $handle_arg (local.get $a))) (return (global.get $UNDEFINED))
    ) (return (call $int_value (call $get_log_level)))
    )
    ;; A declared host function: its trampoline moves parameters and result through the scratch at 256.
    (call_indirect (type $host_trampoline) (i32.const 256)
      (i32.add (i32.const TABLE_END) (i32.wrap_i64 (call $handle_arg (local.get $a)))))
    (global.get $UNDEFINED))

  ;; What stands in the table for clock_time_get and random_get until the compiler links the host's (wasi.wat).
  ;; Being here is a mistake of the compiler's analysis, which a plugin must never mistake for a time or a number.

  (func $no_clock (param i32 i64 i32) (result i32)
    (call $error_set (call $new_block (i32.const 1232) (i32.const 102)))
    (unreachable))

  (func $no_random (param i32 i32) (result i32)
    (call $error_set (call $new_block (i32.const 1360) (i32.const 108)))
    (unreachable))

  ;; ---- calls ----

  (func $take_exception
    (call $JS_FreeValue (call $context) (call $JS_GetException (call $context))))

  ;; Runs export number $index. The guest function reports errors itself; when even that failed,
  ;; the engine is not sound any more: say so and trap, so that the host replaces the instance.
  (func $run (export "mortise_run") (param $index i32) (result i32)
    (local $result i64)
    (i64.store (i32.const 88) (i64.extend_i32_u (local.get $index)))
    (local.set $result
      (call $JS_Call (call $context) (i64.load (i32.const 24)) (global.get $UNDEFINED) (i32.const 1) (i32.const 88)))
    (if (call $is_exception (local.get $result)) (then
      (call $take_exception)
      (call $error_set (call $new_block (i32.const 1152) (i32.const 67)))
      (unreachable)))
    (i32.wrap_i64 (local.get $result)))

  ;; ---- what the engine imports ----

  (func (export "host_get_timezone_offset") (param i32 i32) (result i32) (i32.const 0))
  (func (export "host_interrupt") (result i32) (i32.const 0))
  (func (export "host_promise_rejection") (param i32 i32 i32))
  (func (export "host_module_normalize") (param i32 i32) (result i32) (i32.const 0))
  (func (export "host_module_load") (param i32 i32) (result i32) (i32.const 0))
  (func (export "host_call") (param i32 i32 i32 i32 i32) (result i32) (i32.const 0))
)
