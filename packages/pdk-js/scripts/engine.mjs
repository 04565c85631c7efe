// Fuses quickjs-wasi's module with our adapter into dist/engine.wasm.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import createWabt from "wabt";

const require = createRequire(import.meta.url);
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "sign-ext",
  "mutable-globals",
  "nontrapping-float-to-int",
  "multivalue",
  "reference-types",
];
const FEATURE_FLAGS = FEATURES.map((feature) => `--enable-${feature}`);

/** `root` is the package; the rest comes from the compiled sources. */
export async function buildEngine(
  root,
  { ModuleEditor, ADAPTER_TABLE, ADAPTER_FUNCTIONS, ENGINE_EXPORTS, IMPORT_SLOTS },
) {
  const folder = mkdtempSync(join(tmpdir(), "mortise-engine-"));
  try {
    const engine = readFileSync(require.resolve("quickjs-wasi/quickjs.wasm"));
    const table = tableNames(new ModuleEditor(engine).tableSize, ADAPTER_TABLE, ADAPTER_FUNCTIONS);
    const write = (name, bytes) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const quickjs = write("quickjs.wasm", engine);
    const adapter = write("adapter.wasm", await assemble(root, "adapter.wat", table, IMPORT_SLOTS));
    const wasi = write("wasi.wasm", await assemble(root, "wasi.wat", table, 0));
    const fused = join(folder, "fused.wasm");
    binaryen("wasm-merge", [
      quickjs,
      "engine",
      adapter,
      "env",
      wasi,
      "wasi_snapshot_preview1",
      "-o",
      fused,
      ...FEATURE_FLAGS,
    ]);
    const editor = new ModuleEditor(readFileSync(fused));
    editor.growTable(ADAPTER_FUNCTIONS);
    editor.exports = editor.exports.filter(({ name }) => ENGINE_EXPORTS.includes(name) || isSlot(name));
    const trimmed = write("trimmed.wasm", editor.finish());
    const optimised = join(folder, "engine.wasm");
    binaryen("wasm-opt", [
      trimmed,
      "-o",
      optimised,
      "-O3",
      "--strip-debug",
      "--strip-producers",
      ...FEATURE_FLAGS,
    ]);
    // While it optimises, Binaryen keeps only imports that are exported or called; the slots are neither from here on.
    const finished = new ModuleEditor(readFileSync(optimised));
    finished.exports = finished.exports.filter(({ name }) => !isSlot(name));
    return finished.finish();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isSlot = (name) => /^slot\d+$/.test(name);

/** The names under which adapter sources speak of table elements: the engine's own end where ours begin. */
function tableNames(base, { resizeBuffer, clock, random }, count) {
  return {
    TABLE_BASE: base,
    RESIZE_BUFFER: base + resizeBuffer,
    TABLE_CLOCK: base + clock,
    TABLE_RANDOM: base + random,
    TABLE_END: base + count,
  };
}

async function assemble(root, file, table, slots) {
  const wabt = await createWabt();
  const text = readFileSync(join(root, "adapter", file), "utf8")
    .replaceAll(/TABLE_\w+|RESIZE_BUFFER/g, (name) => table[name])
    .replace(";;SLOTS", slotImports(slots));
  const module = wabt.parseWat(file, text, { bulk_memory: true, sat_float_to_int: true });
  module.validate();
  return module.toBinary({}).buffer;
}

function slotImports(count) {
  return Array.from(
    { length: count },
    (_, n) =>
      `(import "mortise:slot" "${n}" (func $slot${n} (result i64))) (export "slot${n}" (func $slot${n}))`,
  ).join("\n  ");
}

function binaryen(tool, args) {
  const bin = join(dirname(require.resolve("binaryen/package.json")), "bin", tool);
  execFileSync(process.execPath, [bin, ...args], { stdio: ["ignore", "inherit", "inherit"] });
}
