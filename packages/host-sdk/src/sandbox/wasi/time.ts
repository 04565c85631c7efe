import type { DeterministicOptions } from "./options.ts";

/** Blocks the thread. May return early. */
export type Sleep = (milliseconds: number) => void;

/** The clocks of a guest, in nanoseconds. */
export interface TimeSource {
  /** Since 1970-01-01T00:00Z. */
  realtime(): bigint;
  /** Since an arbitrary point; never goes back. A safe integer if it is a number: guests ask for it often. */
  monotonic(): bigint | number;
  /** Lets about this many nanoseconds pass; absent where the thread must not block. */
  readonly wait: ((nanoseconds: bigint) => void) | undefined;
  readonly resolution: bigint;
}

const NS_PER_MS = 1_000_000;

/** The platform's clocks. */
export function systemTime(sleep: Sleep | null): TimeSource {
  return {
    realtime: () => BigInt(Date.now()) * 1_000_000n,
    monotonic: () => Math.trunc(performance.now() * NS_PER_MS),
    wait: sleep === null ? undefined : (nanoseconds) => sleep(Number(nanoseconds) / NS_PER_MS),
    resolution: 1_000_000n,
  };
}

/** Clocks that the application moves, or nobody but the guest's own sleeps. */
export function deterministicTime({ now }: DeterministicOptions): TimeSource {
  let slept = 0n;
  const start = typeof now === "function" ? undefined : toNanoseconds(now);
  const time = () => (start ?? toNanoseconds((now as () => number)())) + slept;
  return {
    realtime: time,
    monotonic: time,
    wait: (nanoseconds) => {
      slept += nanoseconds;
    },
    resolution: 1n,
  };
}

function toNanoseconds(time: bigint | number): bigint {
  return typeof time === "bigint" ? time : BigInt(Math.trunc(time * 1000)) * 1000n;
}

let ownSleep: Sleep | null | undefined;

/** A sleep by `Atomics.wait`, or `null` where the platform forbids it (a browser's main thread). One for a thread. */
export function blockingSleep(): Sleep | null {
  if (ownSleep === undefined) ownSleep = createBlockingSleep();
  return ownSleep;
}

function createBlockingSleep(): Sleep | null {
  if (typeof SharedArrayBuffer === "undefined") return null;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  try {
    Atomics.wait(cell, 0, 0, 0);
  } catch {
    return null;
  }
  return (milliseconds) => void Atomics.wait(cell, 0, 0, milliseconds);
}
