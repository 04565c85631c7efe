import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
/** Run before each sample, so that nobody pays for the garbage of the one before. */
const collectGarbage = runInNewContext("gc");

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {() => unknown} run one call
 * @property {boolean} [sync] `run` returns no promise; otherwise every call is awaited
 *
 * @typedef {object} Timing
 * @property {Record<string, number>} times nanoseconds per call: the median of the rounds, by candidate
 * @property {(above: string, below: string) => number} ratio of two candidates' times: the median of the rounds'
 *   ratios, since two samples of one round met the same machine
 */

/** In nanoseconds. Processor time is what to look at on a machine that others use, too. */
export const clocks = {
  wall: () => performance.now() * 1e6,
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1e3;
  },
};

const WARM_UP_MS = 150;
const SAMPLE_MS = 60;
const MAX_CALLS = 500_000;

/**
 * Times candidates against each other: each round takes one sample of every candidate, and begins with another one,
 * so that what else the machine does meets all of them alike.
 * @param {Candidate[]} candidates
 * @param {{ rounds: number, clock: keyof typeof clocks }} options
 * @returns {Promise<Timing>}
 */
export async function measure(candidates, { rounds, clock }) {
  const now = clocks[clock];
  const calls = new Map();
  for (const candidate of candidates) calls.set(candidate, await warmUp(candidate, now));
  const samples = new Map(candidates.map((candidate) => [candidate, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const candidate = candidates[(round + turn) % candidates.length];
      collectGarbage();
      // Half a sample uncounted: a full collection also gives memory back and forgets code.
      await sample(candidate, calls.get(candidate) >> 1, now);
      samples.get(candidate).push(await sample(candidate, calls.get(candidate), now));
    }
  }
  return timingOf(
    Object.fromEntries(candidates.map((candidate) => [candidate.name, samples.get(candidate)])),
  );
}

/** @param {Record<string, number[]>} samples one per round, by candidate */
function timingOf(samples) {
  return {
    times: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)])),
    ratio: (above, below) => median(samples[above].map((value, round) => value / samples[below][round])),
  };
}

/** Runs a candidate until it is compiled and settled; returns how many calls make a sample. */
async function warmUp(candidate, now) {
  let calls = 1;
  const end = performance.now() + WARM_UP_MS;
  let perCall = await sample(candidate, calls, now);
  while (performance.now() < end) {
    perCall = await sample(candidate, calls, now);
    calls = Math.min(MAX_CALLS, Math.max(1, Math.round((SAMPLE_MS * 1e6) / perCall / 4)));
  }
  return Math.min(MAX_CALLS, Math.max(1, Math.round((SAMPLE_MS * 1e6) / perCall)));
}

/** Nanoseconds per call, over so many calls. */
async function sample({ run, sync }, calls, now) {
  const started = now();
  if (sync) for (let i = 0; i < calls; i++) run();
  else for (let i = 0; i < calls; i++) await run();
  return Math.max(now() - started, 1) / calls;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
