/**
 * Our WASI layer against `node:wasi` in one process: the same imports, called by the same WebAssembly loop.
 *
 *   node benchmarks/wasi.mjs [--json] [--rounds N]
 *
 * Each row is the median over many short interleaved rounds of the time of one operation, so that a round
 * during which the machine did something else does not count. "ratio" is ours over the
 * peer's, and "floor" what it must not exceed.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import initWabt from "wabt";
import { nodeFiles } from "../packages/host-sdk/dist/runtime/node-files.js";
import { allowedPathPreopens, memoryFileSystem } from "../packages/host-sdk/dist/sandbox/fs/index.js";
import { createWasi } from "../packages/host-sdk/dist/sandbox/wasi/index.js";

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

/**
 * Runs all cases.
 *
 * @param {{ rounds?: number, operations?: number }} [options]
 * @returns {Promise<{ case: string, unit: string, ours: number, peer: number | null, ratio: number | null, floor: number, ok: boolean }[]>}
 */
export async function runWasiBench({ rounds = 31, operations = 4_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "wasi-bench-"));
  const sink = openSync("/dev/null", "w");
  try {
    const module = await compile();
    const ours = await instantiateOurs(module, folder);
    const peer = await instantiatePeer(module, folder, sink);
    const memory = await instantiateInMemory(module);
    return [
      compare(
        "stdout write, 16 bytes",
        1.5,
        rounds,
        operations,
        (guest) => guest.write(1, 16, operations),
        ours,
        peer,
      ),
      compare("clock read", 5, rounds, operations, (guest) => guest.clock(operations), ours, peer),
      compare(
        "host directory, 64-byte write",
        2.5,
        rounds,
        operations,
        (guest) => guest.write(guest.file, 64, operations),
        ours,
        peer,
      ),
      compare(
        "host directory, 64-byte read",
        2.5,
        rounds,
        operations,
        (guest) => guest.read(guest.file, 64, operations),
        ours,
        peer,
      ),
      ...growth(memory, rounds, operations),
    ];
  } finally {
    closeSync(sink);
    rmSync(folder, { recursive: true });
  }
}

async function compile() {
  const wabt = await initWabt();
  const wat = wabt.parseWat("bench.wat", WAT);
  return new WebAssembly.Module(wat.toBinary({}).buffer);
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

/** Nanoseconds of one operation. */
function measure(run, operations) {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / operations;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function compare(name, floor, rounds, operations, run, ours, peer) {
  const times = { ours: [], peer: [] };
  for (let warmup = 0; warmup < 5; warmup++) {
    run(ours);
    run(peer);
  }
  for (let round = 0; round < rounds; round++) {
    times.ours.push(measure(() => run(ours), operations));
    times.peer.push(measure(() => run(peer), operations));
  }
  const result = { ours: median(times.ours), peer: median(times.peer) };
  const ratio = result.ours / result.peer;
  return { case: name, unit: "ns", ...result, ratio, floor, ok: ratio <= floor };
}

/** A file in memory that grows write by write: each write must cost the same, however long the file is. */
function growth(guest, rounds, operations) {
  const times = Array.from({ length: rounds * 2 }, () =>
    measure(() => guest.write(guest.file, 64, operations), operations),
  );
  const early = median(times.slice(0, rounds));
  const late = median(times.slice(rounds));
  return [
    {
      case: "memory, 64-byte write",
      unit: "ns",
      ours: late,
      peer: null,
      ratio: null,
      floor: 2000,
      ok: late <= 2000,
    },
    {
      case: "memory, late write over early",
      unit: "ns",
      ours: late,
      peer: early,
      ratio: late / early,
      floor: 2,
      ok: late <= 2 * early,
    },
  ];
}

function table(rows) {
  const text = (value, digits) => (value === null ? "–" : value.toFixed(digits));
  return rows
    .map(
      (row) =>
        `${row.case.padEnd(32)} ${text(row.ours, 0).padStart(7)} ${row.unit} ${text(row.peer, 0).padStart(7)} ${text(row.ratio, 2).padStart(6)} × (≤ ${row.floor}) ${row.ok ? "ok" : "TOO SLOW"}`,
    )
    .join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, rounds: { type: "string" } } });
  const rows = await runWasiBench(values.rounds === undefined ? {} : { rounds: Number(values.rounds) });
  console.log(values.json ? JSON.stringify(rows, null, 2) : table(rows));
  process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
}
