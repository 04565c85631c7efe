import { hostFunction } from "../host-function.ts";
import { natives, runtime } from "../natives.ts";
import { defineGlobals } from "./define.ts";

interface Timer {
  readonly id: number;
  readonly run: () => void;
  /** Milliseconds between runs; undefined for a timeout. */
  readonly every: number | undefined;
  due: number;
}

/** HTML standard, 8.7: a delay is a signed 32-bit number of milliseconds; what is not counts as 0. */
const MAX_DELAY = 2 ** 31 - 1;

/** Addresses in the adapter's scratch (adapter/adapter.wat), behind the parameters of poll_oneoff itself. */
const SCRATCH = 256;
const SUBSCRIPTION = 64;
const EVENT = 128;
const EVENT_COUNT = 192;
const SUBSCRIPTION_BYTES = 48;
const MONOTONIC = 1;
const NANOSECONDS = 1_000_000;

const poll = hostFunction("wasi_snapshot_preview1", "poll_oneoff", {
  params: ["i32", "i32", "i32", "i32"],
  result: "i32",
});

let timers: Timer[] = [];
let nextId = 1;

function add(
  name: string,
  callback: unknown,
  delay: unknown,
  args: readonly unknown[],
  repeat: boolean,
): number {
  if (!runtime.sealed)
    throw new TypeError(`${name}() cannot be used at top level: that code runs when the plugin is built`);
  if (typeof callback !== "function") throw new TypeError(`${name}()'s first argument must be a function`);
  const wanted = Number(delay);
  const milliseconds = wanted > 0 && wanted <= MAX_DELAY ? wanted : 0;
  const timer: Timer = {
    id: nextId++,
    run: () => callback(...args),
    every: repeat ? Math.max(1, milliseconds) : undefined,
    due: natives.now() + milliseconds,
  };
  insert(timer);
  return timer.id;
}

/** Sorted by time; equal times keep their order. */
function insert(timer: Timer): void {
  const at = timers.findIndex(({ due }) => due > timer.due);
  timers.splice(at < 0 ? timers.length : at, 0, timer);
}

function remove(id: unknown): void {
  const at = timers.findIndex((timer) => timer.id === id);
  if (at >= 0) timers.splice(at, 1);
}

/** Blocks until `due`. The host's timeout covers the wait. */
function sleepUntil(due: number): void {
  for (let left = due - natives.now(); left > 0; left = due - natives.now()) {
    const scratch = new DataView(natives.scratch());
    new Uint8Array(scratch.buffer, SUBSCRIPTION, SUBSCRIPTION_BYTES).fill(0);
    scratch.setUint32(SUBSCRIPTION + 16, MONOTONIC, true);
    scratch.setBigUint64(SUBSCRIPTION + 24, BigInt(Math.ceil(left * NANOSECONDS)), true);
    const errno = poll(SCRATCH + SUBSCRIPTION, SCRATCH + EVENT, 1, SCRATCH + EVENT_COUNT);
    if (errno !== 0) throw new Error(`the host cannot wait for a timer (poll_oneoff returned ${errno})`);
  }
}

runtime.timers = {
  runNext() {
    const timer = timers[0];
    if (timer === undefined) return false;
    sleepUntil(timer.due);
    timers.shift();
    if (timer.every !== undefined) insert(Object.assign(timer, { due: timer.due + timer.every }));
    timer.run();
    return true;
  },
  clear() {
    if (timers.length > 0) timers = [];
  },
};

defineGlobals({
  setTimeout: (callback: unknown, delay?: unknown, ...args: unknown[]) =>
    add("setTimeout", callback, delay, args, false),
  setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]) =>
    add("setInterval", callback, delay, args, true),
  clearTimeout: remove,
  clearInterval: remove,
});
