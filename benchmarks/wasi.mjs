/**
 * Our WASI layer against `node:wasi` in one process: the same imports, called by the same WebAssembly loop; what WASI
 * adds to the creation of a plugin; and its size in a bundle.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { compilePlugin } from "@mortise/host-sdk";
import { build } from "esbuild";
import initWabt from "wabt";
import { nodeFiles } from "../packages/host-sdk/dist/runtime/node-files.js";
import { allowedPathPreopens, memoryFileSystem } from "../packages/host-sdk/dist/sandbox/fs/index.js";
import { createWasi } from "../packages/host-sdk/dist/sandbox/wasi/index.js";
import { clocks, measure, median } from "./lib/measure.mjs";

/** Calls of an import in one run of the guest's loop. */
const OPERATIONS = 4_000;

const MAX_BUNDLE_BYTES = 12 * 1024;

const WAT = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "file")
  (func (export "_start"))
  (func $check (param i32) (if (local.get 0) (then (unreachable))))
  (func (export "open") (result i32)
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 1)
      (i64.const 0x46) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.load (i32.const 0)))
  (func (export "write") (param $fd i32) (param $length i32) (param $count i32)
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (local.get $length))
    (loop $next
      (call $check (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 0)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  (func (export "read") (param $fd i32) (param $length i32) (param $count i32)
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (local.get $length))
    (loop $next
      (call $check (call $pread (local.get $fd) (i32.const 16) (i32.const 1) (i64.const 0) (i32.const 0)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  (func (export "clock") (param $count i32)
    (loop $next
      (call $check (call $clock (i32.const 1) (i64.const 0) (i32.const 0)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))`;

/** @returns {Promise<import("./lib/print.mjs").Row[]>} */
export async function run({ rounds, clock, progress }) {
  const sampling = { rounds, clock };
  return [
    ...(await importRows(sampling, progress)),
    ...(await creationRows(sampling, progress)),
    await bundleRow(progress),
  ];
}

async function importRows(sampling, progress) {
  const folder = mkdtempSync(join(tmpdir(), "wasi-bench-"));
  const sink = openSync("/dev/null", "w");
  try {
    const module = await compile();
    const ours = await instantiateOurs(module, folder);
    const peer = await instantiatePeer(module, folder, sink);
    const compare = async (name, ceiling, operate) => {
      progress(name);
      return importRow(name, ceiling, operate, { ours, peer }, sampling);
    };
    return [
      await compare("stdout write, 16 bytes", 1.5, (guest) => guest.write(1, 16, OPERATIONS)),
      await compare("clock read", 5, (guest) => guest.clock(OPERATIONS)),
      await compare("host directory, 64-byte write", 2.5, (guest) => guest.write(guest.file, 64, OPERATIONS)),
      await compare("host directory, 64-byte read", 2.5, (guest) => guest.read(guest.file, 64, OPERATIONS)),
      ...growthRows(await instantiateInMemory(module), sampling),
    ];
  } finally {
    closeSync(sink);
    rmSync(folder, { recursive: true });
  }
}

async function importRow(name, ceiling, operate, { ours, peer }, sampling) {
  const { times, ratio: ratioOf } = await measure(
    [
      { name: "ours", sync: true, run: () => operate(ours) },
      { name: "peer", sync: true, run: () => operate(peer) },
    ],
    sampling,
  );
  const ratio = ratioOf("ours", "peer");
  return {
    case: `${name} (peer: node:wasi)`,
    ours: times.ours / OPERATIONS,
    peer: times.peer / OPERATIONS,
    ratio,
    compares: "our time over that of node:wasi",
    ceiling,
    ok: ratio <= ceiling,
  };
}

/** A file in memory that grows write by write: each write must cost the same, however long the file is. */
function growthRows(guest, { rounds, clock }) {
  const now = clocks[clock];
  const times = Array.from({ length: rounds * 8 }, () => {
    const started = now();
    guest.write(guest.file, 64, OPERATIONS);
    return (now() - started) / OPERATIONS;
  });
  const early = median(times.slice(0, rounds * 4));
  const late = median(times.slice(rounds * 4));
  const row = (name, peer, compares, ceiling) => {
    const ratio = late / peer;
    return { case: name, ours: late, peer, ratio, compares, ceiling, ok: ratio <= ceiling };
  };
  return [
    row("memory, 64-byte write (peer: the bound)", 2000, "our time over 2 µs", 1),
    row("memory, 64-byte write (peer: to a shorter file)", early, "our time over that of earlier writes", 2),
  ];
}

async function creationRows(sampling, progress) {
  progress("create a plugin from a compiled module");
  const body = `(memory (export "memory") 1) (func (export "run"))`;
  const imports = `
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))`;
  // A plain plugin has imports, too: those of the ABI.
  const plain = `
    (import "extism:host/env" "alloc" (func (param i64) (result i64)))
    (import "extism:host/env" "length" (func (param i64) (result i64)))
    (import "extism:host/env" "input_length" (func (result i64)))
    (import "extism:host/env" "output_set" (func (param i64 i64)))
    (import "extism:host/env" "log_info" (func (param i64)))`;
  const candidate = async (name, wat, options) => {
    const compiled = await compilePlugin(await assemble(wat));
    return { name, run: async () => (await compiled.instantiate(options)).close() };
  };
  const { times, ratio: ratioOf } = await measure(
    [
      await candidate("without imports", `(module ${body})`, {}),
      await candidate("with WASI", `(module ${imports} ${body})`, { wasi: { stdout: () => {} } }),
      await candidate("plain", `(module ${plain} ${body})`, {}),
    ],
    sampling,
  );
  const row = (what, peer, bound) => {
    const ratio = ratioOf("with WASI", peer);
    const judged = bound === undefined ? {} : { ceiling: bound, ok: ratio <= bound };
    const compares = "our time over that of a plugin without WASI";
    return {
      case: `create from a compiled module (peer: ${what})`,
      ours: times["with WASI"],
      peer: times[peer],
      ratio,
      compares,
      ...judged,
    };
  };
  return [row("imports of the ABI", "plain", 1.6), row("no imports", "without imports")];
}

/** What WASI and a file system in memory add to a browser's bundle. */
async function bundleRow(progress) {
  progress("bundle");
  const dist = fileURLToPath(new URL("../packages/host-sdk/dist/sandbox", import.meta.url));
  const contents = `export { createSystemFactory } from "./system/in-thread.js";
    export { memoryFileSystem } from "./fs/memory/memory-file-system.js";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dist },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`;
  return {
    case: "bundle, minified and gzipped (peer: the bound)",
    ours: kilobytes(bytes),
    peer: kilobytes(MAX_BUNDLE_BYTES),
    ratio: bytes / MAX_BUNDLE_BYTES,
    compares: "our bytes over 12 KB",
    ceiling: 1,
    ok: bytes <= MAX_BUNDLE_BYTES,
  };
}

async function assemble(wat) {
  const wabt = await initWabt();
  return new Uint8Array(wabt.parseWat("bench.wat", wat).toBinary({}).buffer);
}

async function compile() {
  return new WebAssembly.Module(await assemble(WAT));
}

function guestOf(instance) {
  const { open, write, read, clock } = instance.exports;
  return { file: open(), write, read, clock };
}

async function instantiateOurs(module, folder) {
  let memory;
  writeFileSync(join(folder, "file"), "");
  const wasi = createWasi({
    options: { stdout: () => {} },
    preopens: allowedPathPreopens([{ host: folder, guest: "/", readOnly: false }], nodeFiles),
  });
  const instance = await WebAssembly.instantiate(
    module,
    wasi.bind(() => memory),
  );
  memory = instance.exports.memory;
  return guestOf(instance);
}

async function instantiateInMemory(module) {
  let memory;
  const fs = memoryFileSystem({}, { maxBytes: 2 ** 30 });
  const wasi = createWasi({ options: { fs: { "/": fs } } });
  const instance = await WebAssembly.instantiate(
    module,
    wasi.bind(() => memory),
  );
  memory = instance.exports.memory;
  return guestOf(instance);
}

async function instantiatePeer(module, folder, stdout) {
  const warnings = process.emitWarning;
  process.emitWarning = () => {};
  const { WASI } = await import("node:wasi");
  const wasi = new WASI({ version: "preview1", stdout, preopens: { "/": folder } });
  process.emitWarning = warnings;
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  wasi.start(instance);
  return guestOf(instance);
}
