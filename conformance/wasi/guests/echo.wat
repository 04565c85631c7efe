;; Copies the arguments, the environment and the input byte for byte as WASI hands them over.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 512) "args \nNAME=done\n")

  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $exit (i32.add (local.get $errno) (i32.const 100))))))

  (func $print (param $fd i32) (param $pointer i32) (param $length i32)
    (i32.store (i32.const 16) (local.get $pointer))
    (i32.store (i32.const 20) (local.get $length))
    (call $check (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24))))

  ;; Prints NUL-terminated strings with spaces between them, then a newline.
  (func $print_strings (param $at i32) (param $end i32)
    (local $byte i32)
    (local $from i32)
    (local.set $from (local.get $at))
    (loop $next
      (local.set $byte (i32.load8_u (local.get $from)))
      (if (i32.eqz (local.get $byte))
        (then (i32.store8 (local.get $from) (i32.const 32))))
      (br_if $next (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $end))))
    (i32.store8 (i32.sub (local.get $end) (i32.const 1)) (i32.const 10))
    (call $print (i32.const 1) (local.get $at) (i32.sub (local.get $end) (local.get $at))))

  (func (export "_start")
    (call $print (i32.const 1) (i32.const 512) (i32.const 5))
    (call $check (call $args_sizes (i32.const 0) (i32.const 4)))
    (call $check (call $args (i32.const 1024) (i32.const 4096)))
    (call $print_strings (i32.const 4096) (i32.add (i32.const 4096) (i32.load (i32.const 4))))
    (call $check (call $environ_sizes (i32.const 0) (i32.const 4)))
    (call $check (call $environ (i32.const 1024) (i32.const 4096)))
    (call $print_strings (i32.const 4096) (i32.add (i32.const 4096) (i32.load (i32.const 4))))
    (loop $more
      (i32.store (i32.const 16) (i32.const 8192))
      (i32.store (i32.const 20) (i32.const 4096))
      (call $check (call $read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 32)))
      (if (i32.load (i32.const 32))
        (then
          (call $print (i32.const 1) (i32.const 8192) (i32.load (i32.const 32)))
          (br $more))))
    (call $print (i32.const 1) (i32.const 517) (i32.const 1))
    (call $print (i32.const 2) (i32.const 523) (i32.const 5))
    (call $exit (i32.const 3))))
