;; One export per attack. Each returns 0 if the attack failed and what looks alike still works, else the
;; number of the step that went wrong. The first preopen holds `hello.txt`, `d/e/inner.txt`, and the links
;; `out` (to `../outside`, where `secret.txt` lies), `abs` (to `/`) and `in` (to `d/e`).
(module
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)

  (data (i32.const 0x100) "hello.txt")
  (data (i32.const 0x120) "d/e/../../hello.txt")
  (data (i32.const 0x140) ".")
  (data (i32.const 0x150) "s1")
  (data (i32.const 0x160) "s1/..")
  (data (i32.const 0x170) "esc")
  (data (i32.const 0x180) "esc/outside/secret.txt")
  (data (i32.const 0x1a0) "s1/s1/hello.txt")
  (data (i32.const 0x1c0) "out/secret.txt")
  (data (i32.const 0x1e0) "abs/etc/passwd")
  (data (i32.const 0x200) "in/inner.txt")
  (data (i32.const 0x220) "../outside/secret.txt")
  (data (i32.const 0x240) "/etc/passwd")
  (data (i32.const 0x260) "/")
  (data (i32.const 0x270) "link")

  ;; Opens for reading, links followed, and returns the error number; closes what it opened.
  (func $open (param $path i32) (param $length i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $length) (i32.const 0)
        (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))
    (if (i32.eqz (local.get $errno)) (then (drop (call $fd_close (i32.load (i32.const 0))))))
    (local.get $errno))

  (func $symlink (param $target i32) (param $target_length i32) (param $path i32) (param $length i32) (result i32)
    (call $path_symlink (local.get $target) (local.get $target_length) (i32.const 3) (local.get $path) (local.get $length)))

  (func (export "dotdot") (result i32)
    (if (i32.eqz (call $open (i32.const 0x220) (i32.const 21))) (then (return (i32.const 1))))
    (if (call $open (i32.const 0x120) (i32.const 19)) (then (return (i32.const 2))))
    (i32.const 0))

  (func (export "absolute") (result i32)
    (if (i32.eqz (call $open (i32.const 0x240) (i32.const 11))) (then (return (i32.const 1))))
    (if (i32.eqz (call $symlink (i32.const 0x260) (i32.const 1) (i32.const 0x270) (i32.const 4))) (then (return (i32.const 2))))
    (if (call $open (i32.const 0x100) (i32.const 9)) (then (return (i32.const 3))))
    (i32.const 0))

  (func (export "dotdot_after_own_link") (result i32)
    (if (call $symlink (i32.const 0x140) (i32.const 1) (i32.const 0x150) (i32.const 2)) (then (return (i32.const 1))))
    (drop (call $symlink (i32.const 0x160) (i32.const 5) (i32.const 0x170) (i32.const 3)))
    (if (i32.eqz (call $open (i32.const 0x180) (i32.const 22))) (then (return (i32.const 2))))
    (if (call $open (i32.const 0x1a0) (i32.const 15)) (then (return (i32.const 3))))
    (i32.const 0))

  (func (export "intermediate_link") (result i32)
    (if (i32.eqz (call $open (i32.const 0x1c0) (i32.const 14))) (then (return (i32.const 1))))
    (if (i32.eqz (call $open (i32.const 0x1e0) (i32.const 14))) (then (return (i32.const 2))))
    (if (call $open (i32.const 0x200) (i32.const 12)) (then (return (i32.const 3))))
    (i32.const 0))

  (func $write (param $fd i32) (result i32)
    (i32.store (i32.const 16) (i32.const 0x100))
    (i32.store (i32.const 20) (i32.const 9))
    (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24)))

  ;; Closing and replacing standard streams is the guest's own business; the host looks at its own afterwards.
  (func (export "standard_streams") (result i32)
    (if (call $write (i32.const 1)) (then (return (i32.const 1))))
    (if (call $fd_renumber (i32.const 3) (i32.const 2)) (then (return (i32.const 2))))
    (if (call $fd_close (i32.const 1)) (then (return (i32.const 3))))
    (if (call $fd_close (i32.const 2)) (then (return (i32.const 4))))
    (if (i32.ne (call $write (i32.const 1)) (i32.const 8)) (then (return (i32.const 5))))
    (i32.const 0))

  (func (export "poll_flood") (result i32)
    (if (i32.eqz (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const 0x10000000) (i32.const 0))) (then (return (i32.const 1))))
    ;; A subscription of zeros is a relative clock that has gone off.
    (if (call $poll_oneoff (i32.const 0x1000) (i32.const 0x2000) (i32.const 1) (i32.const 0x3000)) (then (return (i32.const 2))))
    (if (i32.ne (i32.load (i32.const 0x3000)) (i32.const 1)) (then (return (i32.const 3))))
    (i32.const 0)))
