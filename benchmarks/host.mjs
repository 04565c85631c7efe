/** The host SDK against `@extism/extism`: the same guest binaries, in the same process, round by round. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { callbackGuest, callbacks, nopGuest, readGuest, unseen } from "./lib/guests.mjs";
import { measure } from "./lib/measure.mjs";
import { loadSubjects, OLDER_PEER, OURS, PEER } from "./lib/subjects.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const sizes = { "0 B": 0, "64 B": 64, "1 KiB": KIB, "64 KiB": 64 * KIB, "1 MiB": MIB, "16 MiB": 16 * MIB };
const nodeMajor = Number(process.versions.node.split(".")[0]);

const stockFloors = { "64 B": 3, "1 MiB": nodeMajor >= 24 ? 6.5 : 5 };
const ownFloors = { "1 MiB": 100 };
const MEMCPY = "two memcpys";

/** @returns {Promise<import("./lib/print.mjs").Row[]>} */
export async function run({ rounds, clock, progress }) {
  const subjects = await loadSubjects();
  const context = { sampling: { rounds, clock }, progress, subjects };
  return [
    ...(await nopRows(context)),
    ...(await echoRows(context, "stock as-pdk guest", "stock-echo", stockFloors)),
    ...(await echoRows(context, "our PDK's guest", "echo", ownFloors)),
    ...(await callbackRows(context)),
    ...(await createRows(context)),
    ...(await afterLargeCallRows(context)),
    ...(await flatnessRows(context)),
  ];
}

/** A row about times, with the peer's time over ours as its ratio. */
function timeRow(name, timing, { ours = OURS, floor } = {}) {
  const { times } = timing;
  const ratio = timing.ratio(PEER, ours);
  return {
    case: name,
    ours: times[ours],
    peer: times[PEER],
    older: times[OLDER_PEER],
    ratio,
    ...(floor === undefined ? {} : { floor, ok: ratio >= floor }),
  };
}

async function nopRows({ sampling, progress, subjects }) {
  progress("nop");
  const plugins = await Promise.all(subjects.map(({ fromBytes }) => fromBytes(nopGuest)));
  const calls = plugins.map((plugin, index) => ({
    name: subjects[index].name,
    run: () => plugin.call("nop"),
  }));
  const [ours] = plugins;
  const timing = await measure(
    [...calls, { name: "callSync", sync: true, run: () => ours.callSync("nop") }],
    sampling,
  );
  await closeAll(plugins);
  return [
    timeRow("nop, callSync (peers: call)", timing, { ours: "callSync", floor: 1 }),
    timeRow("nop, call", timing, { floor: 0.7 }),
  ];
}

async function echoRows({ sampling, progress, subjects }, guest, file, floors) {
  const rows = [];
  for (const [label, size] of Object.entries(sizes)) {
    progress(`echo of ${label}, ${guest}`);
    const input = Uint8Array.from({ length: size }, (_, index) => index * 31);
    const plugins = await Promise.all(subjects.map(({ fromBytes }) => fromBytes(readGuest(file))));
    await Promise.all(plugins.map((plugin, index) => checkEcho(plugin, input, subjects[index].name)));
    const calls = plugins.map((plugin, index) => ({
      name: subjects[index].name,
      run: () => plugin.call("echo", input),
    }));
    const timing = await measure([...calls, memcpys(input)], sampling);
    await closeAll(plugins);
    rows.push(timeRow(`echo ${label}, ${guest}`, timing, { floor: floors[label] }));
    if (file === "echo" && size >= MIB) rows.push(memcpyRow(label, timing, size === MIB ? 1.5 : undefined));
  }
  return rows;
}

/**
 * What no host can beat: the input into memory of the guest's, and the output out of it. Awaited like a call, since
 * when buffers are freed, and their pages used again, decides more than the copying.
 */
function memcpys(input) {
  const memory = new Uint8Array(input.length);
  return {
    name: MEMCPY,
    async run() {
      memory.set(input);
      return memory.slice();
    },
  };
}

function memcpyRow(label, { times, ratio: ratioOf }, ceiling) {
  const ratio = ratioOf(OURS, MEMCPY);
  return {
    case: `echo ${label}, our PDK's guest (peer: ${MEMCPY})`,
    ours: times[OURS],
    peer: times[MEMCPY],
    ratio,
    compares: "our time over that of two memcpys",
    ...(ceiling === undefined ? {} : { ceiling, ok: ratio <= ceiling }),
  };
}

/** A host that answers fast and wrong has not won. */
async function checkEcho(plugin, input, name) {
  const output = (await plugin.call("echo", input))?.bytes() ?? new Uint8Array();
  if (Buffer.compare(output, input) !== 0) throw new Error(`${name} does not echo ${input.length} bytes`);
}

async function callbackRows({ sampling, progress, subjects }) {
  progress("host functions");
  const plugins = await Promise.all(subjects.map(({ fromBytes }) => fromBytes(callbackGuest, callbacks)));
  const rows = [];
  for (const name of ["one", "ten"]) {
    const calls = plugins.map((plugin, index) => ({
      name: subjects[index].name,
      run: () => plugin.call(name),
    }));
    const label = name === "one" ? "1 host function call" : "10 host function calls";
    rows.push(timeRow(label, await measure(calls, sampling)));
  }
  await closeAll(plugins);
  return rows;
}

async function createRows({ sampling, progress, subjects }) {
  progress("create");
  const wasm = readGuest("echo");
  const factories = await Promise.all(subjects.map(({ compile }) => compile(wasm)));
  const fromModule = factories.map((create, index) => ({
    name: subjects[index].name,
    run: async () => (await create()).close(),
  }));
  const fromBytes = (bytes) =>
    subjects.map((subject) => ({
      name: subject.name,
      run: async () => (await subject.fromBytes(bytes())).close(),
    }));
  return [
    timeRow("create from a compiled module", await measure(fromModule, sampling), { floor: 1 }),
    timeRow(
      "create from bytes, loaded before",
      await measure(
        fromBytes(() => wasm),
        sampling,
      ),
    ),
    timeRow(
      "create from bytes, never seen",
      await measure(
        fromBytes(() => unseen(wasm)),
        sampling,
      ),
    ),
  ];
}

/** Two plugins of ours side by side, one of which has once echoed 64 MiB. */
async function afterLargeCallRows({ sampling, progress, subjects }) {
  progress("after 64 MiB");
  const ours = subjects.find(({ name }) => name === OURS);
  const input = new Uint8Array(64).fill(7);
  const rows = [];
  for (const [guest, file] of Object.entries({
    "stock as-pdk guest": "stock-echo",
    "our PDK's guest": "echo",
  })) {
    for (const [label, small] of Object.entries({ "0 B": new Uint8Array(), "64 B": input })) {
      const fresh = await ours.fromBytes(readGuest(file));
      const used = await ours.fromBytes(readGuest(file));
      await used.call("echo", new Uint8Array(64 * MIB));
      const { times, ratio: ratioOf } = await measure(
        [
          { name: "fresh", run: () => fresh.call("echo", small) },
          { name: "used", run: () => used.call("echo", small) },
        ],
        sampling,
      );
      await closeAll([fresh, used]);
      const ratio = ratioOf("used", "fresh");
      rows.push({
        case: `echo ${label} after 64 MiB, ${guest} (peer: before)`,
        ours: times.used,
        peer: times.fresh,
        ratio,
        compares: "our time after a call of 64 MiB over that without",
        ceiling: 1.2,
        ok: ratio <= 1.2,
      });
    }
  }
  return rows;
}

/**
 * One process per subject. The young generation has a fixed size there: V8 sizes it by what happened lately, which
 * moves the resident memory by more than any leak that matters.
 */
async function flatnessRows({ progress, subjects }) {
  const child = fileURLToPath(new URL("./lib/flatness-child.mjs", import.meta.url));
  const flags = ["--expose-gc", "--min-semi-space-size=1", "--max-semi-space-size=1", "--no-warnings"];
  const results = {};
  for (const { name } of subjects) {
    progress(`1,000,000 calls, ${name}`);
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, name]);
    results[name] = JSON.parse(stdout);
  }
  const { resident, failure } = results[OURS];
  const ratio = failure ? undefined : resident[2] / resident[1];
  return [
    {
      case: "resident MiB before → 100k → 1M calls",
      ours: describeFlatness(results[OURS]),
      peer: describeFlatness(results[PEER]),
      older: describeFlatness(results[OLDER_PEER]),
      ratio,
      compares: "our resident memory after 1M calls over that after 100k",
      ceiling: 1.05,
      ok: ratio !== undefined && ratio <= 1.05,
      details: results,
    },
  ];
}

function describeFlatness({ resident, failedAt }) {
  return failedAt === undefined ? resident.map(Math.round).join(" → ") : `fails at ${failedAt}`;
}

async function closeAll(plugins) {
  await Promise.all(plugins.map((plugin) => plugin.close()));
}
