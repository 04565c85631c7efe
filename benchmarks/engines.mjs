/** Calls in workers, under time limits, in pools and over HTTP: against `@extism/extism`, and against ourselves. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createPlugin, createPool } from "@mortise/host-sdk";
import { callbackGuest, callbacks, compile, nopGuest, readGuest } from "./lib/guests.mjs";
import { measure, median } from "./lib/measure.mjs";
import { OURS, PEER } from "./lib/subjects.mjs";

const MIB = 1024 * 1024;
const MILLISECOND = 1e6;
/** Timers count whole milliseconds, from the last one that has begun. */
const TIMER_GRAIN_MS = 1;

/** Computes for as long as its host asks, and for ever. */
const spinGuest = compile(`(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (func $spin (param $left i64)
    (loop $again
      (local.set $left (i64.sub (local.get $left) (i64.const 1)))
      (br_if $again (i64.ne (local.get $left) (i64.const 0)))))
  (func (export "spin") (call $spin (i64.mul (call $input_length) (i64.const 10000000))))
  (func (export "loop") (loop (br 0)))
  (func (export "nop")))`);

/** @returns {Promise<import("./lib/print.mjs").Row[]>} */
export async function runEnginesBench({ rounds, progress }) {
  const context = { rounds, progress };
  return [
    ...(await workerRows(context)),
    await wakeRow(context),
    ...(await timeoutRows(context)),
    await guardRow(context),
    await poolRow(context),
    await httpRow(context),
  ];
}

export { runEnginesBench as run };

/** Our worker, and the peer's. */
async function openWorkers(wasm, functions = {}) {
  const extism = await import("@extism/extism");
  return [
    { name: OURS, plugin: await createPlugin(wasm, { isolation: "worker", functions }) },
    {
      name: PEER,
      plugin: await extism.createPlugin({ wasm: [{ data: wasm }] }, { runInWorker: true, functions }),
    },
  ];
}

async function workerRows({ rounds, progress }) {
  const cases = [
    { label: "call in a worker", wasm: nopGuest, name: "nop", floor: 4 },
    { label: "echo 64 B in a worker, our PDK's guest", wasm: readGuest("echo"), name: "echo", size: 64 },
    {
      label: "echo 1 MiB in a worker, our PDK's guest",
      wasm: readGuest("echo"),
      name: "echo",
      size: MIB,
      floor: 30,
    },
    { label: "1 host function call from a worker", wasm: callbackGuest, name: "one", floor: 3 },
    { label: "10 host function calls from a worker", wasm: callbackGuest, name: "ten", floor: 3 },
  ];
  const rows = [];
  for (const { label, wasm, name, size = 0, floor } of cases) {
    progress(label);
    const input = Uint8Array.from({ length: size }, (_, index) => index * 31);
    const open = await openWorkers(wasm, name === "one" || name === "ten" ? callbacks : {});
    const calls = open.map((subject) => ({
      name: subject.name,
      run: () => subject.plugin.call(name, input),
    }));
    const { times, ratio } = await timesOf(calls, rounds);
    await Promise.all(open.map(({ plugin }) => plugin.close()));
    rows.push({ case: label, ours: times[OURS], peer: times[PEER], ...atLeast(floor, ratio(PEER, OURS)) });
  }
  return rows;
}

/** How the caller of a worker is woken: the ways that `engine/worker/channel.ts` knows. */
async function wakeRow({ rounds, progress }) {
  progress("ways of waking");
  const open = () => createPlugin(nopGuest, { isolation: "worker" });
  const byAtomics = await open();
  const byMessage = await withoutWaitAsync(open);
  const { times, ratio } = await timesOf(
    [
      { name: "waitAsync", run: () => byAtomics.call("nop") },
      { name: "message", run: () => byMessage.call("nop") },
    ],
    rounds,
  );
  await Promise.all([byAtomics.close(), byMessage.close()]);
  return {
    case: "call in a worker, woken by Atomics.waitAsync (peer: by message)",
    ours: times.waitAsync,
    peer: times.message,
    ratio: ratio("message", "waitAsync"),
    compares: "the time with messages over that with waitAsync",
  };
}

/** Messages are what is used where `Atomics.waitAsync` is missing. */
async function withoutWaitAsync(run) {
  const { waitAsync } = Atomics;
  Atomics.waitAsync = undefined;
  try {
    return await run();
  } finally {
    Atomics.waitAsync = waitAsync;
  }
}

/** The worst of all rounds counts, and the call after it must succeed. */
async function timeoutRows({ rounds, progress }) {
  const timeoutMs = 100;
  const rows = [];
  for (const isolation of ["thread", "worker"]) {
    progress(`timeout, ${isolation}`);
    const plugin = await createPlugin(spinGuest, { isolation, timeoutMs: 60_000 });
    const elapsed = [];
    for (let round = 0; round < rounds; round++) {
      elapsed.push(await timeToTimeout(plugin, timeoutMs));
      await plugin.call("nop");
    }
    await plugin.close();
    const worst = Math.max(...elapsed);
    rows.push({
      case: `endless loop with a timeout of 100 ms, ${isolation === "thread" ? "in-thread" : "in a worker"} (worst round)`,
      ours: worst * MILLISECOND,
      ratio: worst / timeoutMs,
      compares: "the time until the call failed over its timeout",
      ceiling: 1.5,
      ok: worst <= timeoutMs * 1.5 && Math.min(...elapsed) >= timeoutMs - TIMER_GRAIN_MS,
    });
  }
  return rows;
}

async function timeToTimeout(plugin, timeoutMs) {
  const started = performance.now();
  const code = await plugin.call("loop", undefined, { timeoutMs }).then(
    () => "no error",
    (error) => error.code,
  );
  const elapsed = performance.now() - started;
  if (code !== "TIMEOUT") throw new Error(`an endless loop ended with ${code}`);
  return elapsed;
}

async function guardRow({ rounds, progress }) {
  progress("guarded calls");
  const guarded = await createPlugin(nopGuest, { isolation: "thread", timeoutMs: 1000 });
  const free = await createPlugin(nopGuest, { isolation: "thread" });
  const { times } = await timesOf(
    [
      { name: "guarded", sync: true, run: () => guarded.callSync("nop") },
      { name: "free", sync: true, run: () => free.callSync("nop") },
    ],
    rounds,
  );
  await Promise.all([guarded.close(), free.close()]);
  const ratio = (times.guarded - times.free) / (0.2 * MILLISECOND);
  return {
    case: "in-thread call with a timeout (peer: without)",
    ours: times.guarded,
    peer: times.free,
    ratio,
    compares: "what the timeout adds, over 0.2 ms",
    ceiling: 1,
    ok: ratio <= 1,
  };
}

/** The two cores of the machine are all that a pool of two can win. */
async function poolRow({ rounds, progress }) {
  progress("pool");
  const calls = 8;
  const input = new Uint8Array(4);
  const times = { one: [], two: [] };
  const options = { isolation: "worker", reset: "memory" };
  const one = await createPool(spinGuest, { ...options, size: 1 });
  const two = await createPool(spinGuest, { ...options, size: 2 });
  const run = async (pool) => {
    const started = performance.now();
    await Promise.all(Array.from({ length: calls }, () => pool.call("spin", input)));
    return ((performance.now() - started) * MILLISECOND) / calls;
  };
  await Promise.all([run(one), run(two)]);
  for (let round = 0; round < rounds; round++) {
    times.one.push(await run(one));
    times.two.push(await run(two));
  }
  await Promise.all([one.close(), two.close()]);
  const ratio = median(times.one.map((time, round) => time / times.two[round]));
  return {
    case: "CPU-bound calls, pool of 2 workers (peer: 1 worker)",
    ours: median(times.two),
    peer: median(times.one),
    compares: "the time of one worker over that of two",
    ...atLeast(1.8, ratio),
  };
}

async function httpRow({ rounds, progress }) {
  progress("HTTP");
  const server = createServer((_request, response) => response.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const plugin = await createPlugin(readGuest("http_get"), { allowedHosts: ["127.0.0.1"] });
  const { times } = await timesOf(
    [
      { name: "plugin", run: () => plugin.call("http_get", url) },
      { name: "fetch", run: async () => (await fetch(url)).text() },
    ],
    rounds,
  );
  await plugin.close();
  server.closeAllConnections();
  server.close();
  const ratio = (times.plugin - times.fetch) / (0.2 * MILLISECOND);
  return {
    case: `HTTP to a local server, ${plugin.isolation === "thread" ? "in-thread" : "from a worker"} (peer: fetch)`,
    ours: times.plugin,
    peer: times.fetch,
    ratio,
    compares: "what the plugin adds, over 0.2 ms",
    ceiling: 1,
    ok: ratio <= 1,
  };
}

/** By the clock on the wall: what a caller waits for is what another thread does. */
const timesOf = (candidates, rounds) => measure(candidates, { rounds, clock: "wall" });

function atLeast(floor, ratio) {
  return { ratio, ...(floor === undefined ? {} : { floor, ok: ratio >= floor }) };
}
