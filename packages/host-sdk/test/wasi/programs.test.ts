import { memoryFileSystem } from "@mortise/host-sdk";
import { describe, expect, it } from "vitest";
import { failure } from "../helpers/failure.ts";
import { wat } from "../helpers/wat.ts";
import { buildGo, hasGo } from "./go.ts";
import { tool } from "./guest.ts";
import { collector, ENGINES, failedWith, outputOf, PLUGINS } from "./support.ts";

const WRITE = `(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))`;

/** Notes letters, in the order in which functions ran; `noted` writes them to standard output. */
const NOTES = `
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 64))
  (func $note (param $letter i32)
    (i32.store8 (global.get $end) (local.get $letter))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))
  (func (export "noted")
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.sub (global.get $end) (i32.const 64)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))`;

const note = (letter: string) => `(call $note (i32.const ${letter.charCodeAt(0)}))`;

describe.each(ENGINES)("a WASI command in $name", ({ open }) => {
  it("is called by name, with arguments and input, and answers by output and exit code", async () => {
    const { write, chunks } = collector();
    const plugin = await open(tool);
    const wasi = { args: ["tool", "run"], stdin: "input", stdout: write };
    const { exitCode, message } = await failure(plugin.call("_start", "", { wasi }), "EXIT_NONZERO");
    expect(Buffer.concat(chunks).toString()).toBe("tool\0run\0input");
    expect(exitCode).toBe(2);
    expect(message).toContain("code 2");
  });

  it("has succeeded when it exits with 0", async () => {
    const plugin = await open(tool);
    expect(await outputOf(plugin, "_start", "input")).toBe("input");
  });

  it("runs anew with each call", async () => {
    const plugin = await open(tool);
    for (const input of ["one", "two", "three"]) expect(await outputOf(plugin, "_start", input)).toBe(input);
    await failure(plugin.call("_start", "", { wasi: { args: ["x"] } }), "EXIT_NONZERO");
    expect(await outputOf(plugin, "_start", "after a failure")).toBe("after a failure");
  });
});

describe.each(PLUGINS)("start-up of $name", ({ open }) => {
  it("runs a reactor's `_initialize` once, and not `__wasm_call_ctors` beside it", async () => {
    const plugin = await open(
      wat(`(module ${WRITE} ${NOTES}
        (func (export "_initialize") ${note("i")})
        (func (export "__wasm_call_ctors") ${note("c")}))`),
    );
    expect(await outputOf(plugin, "noted")).toBe("i");
    expect(await outputOf(plugin, "noted")).toBe("i");
  });

  it("starts the Haskell runtime after `_initialize`", async () => {
    const plugin = await open(
      wat(`(module ${WRITE} ${NOTES}
        (func (export "hs_init") (param i32 i32) ${note("h")}
          (if (i32.or (local.get 0) (local.get 1)) (then unreachable)))
        (func (export "_initialize") ${note("i")}))`),
    );
    expect(await outputOf(plugin, "noted")).toBe("ih");
  });

  it("leaves a module's `_start` alone, as TinyGo's have one beside their functions", async () => {
    const plugin = await open(wat(`(module ${WRITE} ${NOTES} (func (export "_start") ${note("s")}))`));
    expect(await outputOf(plugin, "noted")).toBe("");
    await plugin.call("_start");
    expect(await outputOf(plugin, "noted")).toBe("");
  });

  it("lets start-up functions write to standard output, and fails with what they exit with", async () => {
    const { write, chunks } = collector();
    const says = `(module ${WRITE} ${NOTES} (func (export "_initialize") ${note("x")} (call 2)))`;
    await open(wat(says), { wasi: { stdout: write } });
    expect(Buffer.concat(chunks).toString()).toBe("x");
    const exits = `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (func (export "_initialize") (call $exit (i32.const 5))))`;
    expect((await failure(open(wat(exits)), "EXIT_NONZERO")).exitCode).toBe(5);
  });

  it("bounds the sleep of a start-up function", async () => {
    const sleeps = `(module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_initialize")
        (i32.store (i32.const 80) (i32.const 1))
        (i64.store (i32.const 88) (i64.const 60000000000))
        (drop (call $poll (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 512)))))`;
    await failure(open(wat(sleeps), { timeoutMs: 2000 }), "TIMEOUT");
  });
});

describe.each(PLUGINS)("modules of $name", ({ open }) => {
  it("may have no memory: every pointer is a bad address then", async () => {
    const EFAULT = 21;
    const plugin = await open(
      wat(`(module ${WRITE}
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (func (export "write") (result i32) (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (func (export "yield") (result i32) (call $yield)))`),
    );
    expect((await failure(plugin.call("write"), "EXIT_NONZERO")).exitCode).toBe(EFAULT);
    await plugin.call("yield");
  });

  it("share descriptors and keep memories of their own", async () => {
    const opener = wat(`(module
      (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 64) "file")
      (func (export "open_file") (result i32)
        (if (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0)
          (i32.const 0) (i32.const 0)) (then unreachable))
        (i32.load (i32.const 0))))`);
    const reader = wat(`(module ${WRITE}
      (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
      (import "opener" "open_file" (func $open_file (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 64) "mine")
      (func (export "run")
        (i32.store (i32.const 0) (i32.const 128))
        (i32.store (i32.const 4) (i32.const 32))
        (if (call $fd_read (call $open_file) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 0) (i32.const 64))
        (i32.store (i32.const 4) (i32.const 4))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`);
    const wasm = [
      { name: "opener", data: opener },
      { name: "main", data: reader },
    ];
    const plugin = await open({ wasm }, { wasi: { fs: { "/": memoryFileSystem({ file: "theirs " }) } } });
    expect(await outputOf(plugin, "run")).toBe("theirs mine");
  });

  it("may import the older name of WASI", async () => {
    const plugin = await open(
      wat(`(module
        (import "wasi_unstable" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        ${NOTES} (func (export "run") ${note("u")}))`),
    );
    await plugin.call("run");
    expect(await outputOf(plugin, "noted")).toBe("u");
  });

  it("are refused when they import what WASI does not have, with the likely spelling", async () => {
    const source = `(module (import "wasi_snapshot_preview1" "fd_wirte" (func)))`;
    const { message } = await failure(open(wat(source)), "IMPORT_UNRESOLVED");
    expect(message).toContain("fd_wirte");
  });
});

describe.runIf(hasGo).each(ENGINES)("a Go library in $name", ({ open }) => {
  it("has its goroutines, its clock, its variables and its files", async () => {
    const data = memoryFileSystem({ "name.txt": "Wörld" });
    const { write, chunks } = collector();
    const plugin = await open(await buildGo(), {
      wasi: { env: { GREETING: "Hello" }, fs: { "/data": data }, stdout: write },
    });
    await plugin.call("greet");
    await plugin.call("greet");
    expect(Buffer.concat(chunks).toString()).toBe("Hello, Wörld!\nHello, Wörld!\n");
    expect(new TextDecoder().decode(data.read("out/greeted.txt"))).toBe("Wörld");
  }, 120_000);

  it("ends with the code that it exits with", async () => {
    const plugin = await open(await buildGo());
    expect((await failure(plugin.call("quit"), "EXIT_NONZERO")).exitCode).toBe(7);
    expect((await failure(plugin.call("quit"), "EXIT_NONZERO")).exitCode).toBe(7);
  }, 120_000);
});

it("an import's error is the guest's to handle", async () => {
  const [thread] = PLUGINS;
  const plugin = await thread?.open(tool);
  await expect(plugin?.call("read_file", "", { wasi: { stdin: "x" } })).rejects.toEqual(failedWith(8));
});
