/**
 * Plugins in JavaScript: how fast they are built, how large they are, how fast they start and run; on our host, on
 * `@extism/extism` with the same file, and beside other ways to run the same code.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import vm from "node:vm";
import { gzipSync } from "node:zlib";
import createExtismPlugin from "@extism/extism";
import { compilePlugin, createPlugin } from "@mortise/host-sdk";
import { buildPlugin } from "@mortise/pdk-js/compiler";
import { getQuickJS } from "quickjs-emscripten";
import { measure, median } from "./lib/measure.mjs";

const US = 1e3;
/** Instances that a later start is measured with: enough for the host's own code to be compiled. */
const START_INSTANCES = 40;
const MS = 1e6;
const MIB = 1 << 20;
const CLI = fileURLToPath(new URL("../packages/pdk-js/bin/mortise-js.js", import.meta.url));
const self = fileURLToPath(import.meta.url);

const SOURCE = `import { Config, inputString, input, output, outputJson } from "@mortise/pdk-js";

const vowels = new Set("aeiouAEIOU");

/** Counts vowels. */
export function count(): void {
  const text = inputString();
  let found = 0;
  for (const letter of text) {
    if (vowels.has(letter)) found++;
  }
  outputJson({ count: found });
}

export function echo(): void {
  output(input());
}

export function nop(): void {}
`;

/** The logic of `count` as other engines run it. */
const COUNT = `const vowels = new Set("aeiouAEIOU");
function count(text) {
  let found = 0;
  for (const letter of text) {
    if (vowels.has(letter)) found++;
  }
  return JSON.stringify({ count: found });
}`;

const TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(23);

/** @returns {Promise<import("./lib/print.mjs").Row[]>} */
export async function run({ rounds, progress, clock = "wall" }) {
  const folder = mkdtempSync(join(tmpdir(), "mortise-bench-"));
  try {
    const entry = join(folder, "plugin.ts");
    writeFileSync(entry, SOURCE);
    const context = { rounds, progress, clock, folder, entry };
    progress("build");
    const build = await buildRows(context);
    const { wasm } = await buildPlugin({ entry });
    const file = join(folder, "plugin.wasm");
    writeFileSync(file, wasm);
    return [
      ...build,
      ...sizeRows(wasm),
      ...(await startRows({ ...context, wasm, file })),
      ...(await callRows({ ...context, wasm })),
      ...(await flatnessRows({ ...context, file })),
      ...(await snapshotRows(context)),
      ...(await alternativeRows({ ...context, wasm })),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export { run as runPdkJsBench };

/** A row about a time that must not exceed a limit: `ratio` is the time over the limit. */
function limited(name, time, limit, more = {}) {
  const ratio = time / limit;
  return {
    case: name,
    ours: time,
    ratio,
    ceiling: 1,
    compares: `our time over ${show(limit)}`,
    ok: ratio <= 1,
    ...more,
  };
}

const show = (time) => (time < MS ? `${time / US} µs` : `${time / MS} ms`);

async function timed(action) {
  const started = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - started);
}

async function medianOf(rounds, action) {
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await action());
  return median(times);
}

async function buildRows({ rounds, entry, folder }) {
  await buildPlugin({ entry });
  const warm = await medianOf(rounds, () => timed(() => buildPlugin({ entry })));
  const output = join(folder, "cold.wasm");
  const cold = await medianOf(rounds, () =>
    timed(() => promisify(execFile)(process.execPath, [CLI, "build", entry, "-o", output])),
  );
  return [
    limited("build, 20 lines, warm (limit 300 ms)", warm, 300 * MS),
    limited("build, 20 lines, cold command (limit 1 s)", cold, 1000 * MS),
  ];
}

function sizeRows(wasm) {
  const zipped = gzipSync(wasm).length;
  const row = (name, bytes, limit) => ({
    case: `${name} (limit ${limit} KB)`,
    ours: `${(bytes / 1000).toFixed(1)} KB`,
    ratio: bytes / (limit * 1000),
    ceiling: 1,
    ok: bytes <= limit * 1000,
  });
  return [row("size without Web APIs", wasm.length, 750), row("the same, gzipped", zipped, 330)];
}

/** In a process of its own each round: V8 keeps a module's machine code as long as it has the bytes. */
async function startRows({ rounds, progress, file }) {
  progress("start");
  const samples = [];
  for (let round = 0; round < rounds; round++) samples.push(await child("start", file));
  const of = (key) => median(samples.map((sample) => sample[key]));
  return [
    limited("create from compiled (limit 1 ms)", of("create"), MS),
    limited("first call, first instance (limit 10 ms)", of("firstCall"), 10 * MS),
    limited(
      "first call, later instance, above its tenth (limit 0.3 ms)",
      Math.max(0, of("laterCall") - of("tenthCall")),
      0.3 * MS,
    ),
  ];
}

async function callRows({ rounds, progress, clock, wasm }) {
  progress("calls");
  const ours = await createPlugin(wasm);
  const peer = await openPeer(wasm);
  const input = new Uint8Array(MIB).fill(65);
  const nop = await measure(both("nop", ours, peer), { rounds, clock });
  const echo = await measure(both("echo", ours, peer, input), { rounds, clock });
  await ours.close();
  await peer.close();
  const against = (name, { times, ratio: ratioOf }, floor) => {
    const ratio = ratioOf("peer", "ours");
    return { case: name, ours: times.ours, peer: times.peer, ratio, floor, ok: ratio >= floor };
  };
  return [
    limited("empty call (limit 8 µs)", nop.times.ours, 8 * US),
    against("empty call against the peer, same file", nop, 1),
    limited("echo 1 MiB (limit 1.5 ms)", echo.times.ours, 1.5 * MS),
    against("echo 1 MiB against the peer, same file", echo, 5),
  ];
}

function both(name, ours, peer, input) {
  return [
    { name: "ours", run: () => ours.call(name, input) },
    { name: "peer", run: () => peer.call(name, input) },
  ];
}

async function flatnessRows({ progress, file }) {
  progress("200,000 calls");
  const { before, after } = await child("flat", file);
  const grown = (after - before) / MIB;
  return [
    {
      case: "200,000 calls: growth of resident memory (limit 8 MiB)",
      ours: `${grown.toFixed(1)} MiB`,
      ratio: Math.max(0, grown) / 8,
      ceiling: 1,
      ok: grown <= 8,
    },
  ];
}

/** A library of about 500 KB, ready in the snapshot, against the same text evaluated in the first call. */
async function snapshotRows({ rounds, progress, folder }) {
  progress("snapshot against evaluation");
  const require = createRequire(new URL("../packages/pdk-js/package.json", import.meta.url));
  const { buildSync } = await import(require.resolve("esbuild"));
  const library = join(folder, "library.js");
  buildSync({
    entryPoints: [require.resolve("core-js-pure/full")],
    bundle: true,
    format: "iife",
    globalName: "library",
    outfile: library,
    logLevel: "silent",
  });
  const code = readFileSync(library, "utf8");
  const use = `output(String(library.Array.from("abc").length))`;
  const head = `import { output } from "@mortise/pdk-js";\n`;
  const variants = {
    snapshot: `${head}${code}\nexport function first() { ${use}; }`,
    evaluated: `${head}const source = ${JSON.stringify(code)};\nlet library;\nexport function first() { library ??= (0, eval)(source + "\\n;library"); ${use}; }`,
  };
  const times = {};
  const sizes = {};
  for (const [name, source] of Object.entries(variants)) {
    const file = join(folder, `${name}.wasm`);
    const { wasm } = await buildPlugin({ code: source, sourcemap: false });
    writeFileSync(file, wasm);
    sizes[name] = wasm.length;
    times[name] = await medianOf(rounds, async () => (await child("first", file)).time);
  }
  const ratio = times.evaluated / times.snapshot;
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} KB`;
  return [
    {
      case: `to the first call with a ${kilobytes(code.length)} library (wasm ${kilobytes(sizes.snapshot)})`,
      ours: times.snapshot,
      peer: times.evaluated,
      compares: "evaluating at start-up over the snapshot",
      ratio,
      floor: 6,
      ok: ratio >= 6,
    },
  ];
}

/** What a user would compare with: the same logic elsewhere. Not judged: these have no sandbox, or no plugin file. */
async function alternativeRows({ rounds, progress, clock, wasm }) {
  progress("the same logic elsewhere");
  const ours = await createPlugin(wasm);
  const peer = await openPeer(wasm);
  const context = vm.createContext({});
  const inVm = vm.runInContext(`${COUNT}\ncount`, context);
  const quickjs = (await getQuickJS()).newContext();
  quickjs.unwrapResult(quickjs.evalCode(COUNT)).dispose();
  const counter = quickjs.getProp(quickjs.global, "count");
  const inQuickJs = () => {
    const text = quickjs.newString(TEXT);
    const result = quickjs.unwrapResult(quickjs.callFunction(counter, quickjs.undefined, text));
    const answer = quickjs.getString(result);
    result.dispose();
    text.dispose();
    return answer;
  };
  const { times, ratio } = await measure(
    [
      { name: "ours", run: async () => (await ours.call("count", TEXT)).text() },
      { name: "peer", run: async () => (await peer.call("count", TEXT)).text() },
      { name: "node:vm", sync: true, run: () => inVm(TEXT) },
      { name: "quickjs-emscripten", sync: true, run: inQuickJs },
    ],
    { rounds, clock },
  );
  counter.dispose();
  quickjs.dispose();
  await ours.close();
  await peer.close();
  const row = (name, other) => ({
    case: `count vowels in 1 KB: ${name}`,
    ours: times.ours,
    peer: times[other],
    ratio: ratio(other, "ours"),
  });
  return [
    row("the same file on @extism/extism", "peer"),
    row("quickjs-emscripten (no plugin file)", "quickjs-emscripten"),
    row("node:vm (no sandbox)", "node:vm"),
  ];
}

function openPeer(wasm) {
  return createExtismPlugin({ wasm: [{ data: Uint8Array.from(wasm) }] }, { useWasi: true });
}

async function child(task, file) {
  const args = ["--expose-gc", "--no-warnings", self, task, file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

const tasks = {
  async start(bytes) {
    const compiled = await compilePlugin(bytes);
    let plugin;
    const opening = await timed(async () => {
      plugin = await compiled.instantiate();
    });
    const firstCall = await timed(() => plugin.call("nop"));
    const creates = [];
    const laterCalls = [];
    const tenthCalls = [];
    for (let instance = 0; instance < START_INSTANCES; instance++) {
      let later;
      creates.push(
        await timed(async () => {
          later = await compiled.instantiate();
        }),
      );
      laterCalls.push(await timed(() => later.call("nop")));
      for (let call = 2; call < 10; call++) await later.call("nop");
      tenthCalls.push(await timed(() => later.call("nop")));
      await later.close();
    }
    return {
      opening,
      firstCall,
      create: median(creates),
      laterCall: median(laterCalls),
      tenthCall: median(tenthCalls),
    };
  },
  async flat(bytes) {
    const plugin = await createPlugin(bytes);
    const calls = async (count) => {
      for (let call = 0; call < count; call++) await plugin.call("count", "some text");
      globalThis.gc();
      return process.memoryUsage.rss();
    };
    const before = await calls(20_000);
    return { before, after: await calls(200_000) };
  },
  async first(bytes) {
    const compiled = await compilePlugin(bytes);
    const time = await timed(async () => (await compiled.instantiate()).call("first"));
    return { time };
  },
};

if (process.argv[1] === self) {
  const [task, file] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await tasks[task](new Uint8Array(readFileSync(file)))));
}
