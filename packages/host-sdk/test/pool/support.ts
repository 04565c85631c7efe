import type { Worker } from "node:worker_threads";
import { type CurrentPlugin, createPool, type PluginPool, type PoolOptions } from "@mortise/host-sdk";
import { onTestFinished } from "vitest";
import { type Deferred, deferred } from "../helpers/deferred.ts";
import { ownWorker } from "../helpers/worker.ts";

/** A pool that is closed when the test ends. */
export async function open(guest: Uint8Array<ArrayBuffer>, options: PoolOptions = {}): Promise<PluginPool> {
  const pool = await createPool(guest, options);
  onTestFinished(() => pool.close());
  return pool;
}

const own = ownWorker();

/** A pool of workers that can be counted, and ended from outside. */
export async function openWatched(guest: Uint8Array<ArrayBuffer>, options: PoolOptions = {}) {
  const workers: Worker[] = [];
  const worker = () => {
    const started = own();
    workers.push(started);
    return started;
  };
  return { pool: await open(guest, { isolation: "worker", worker, ...options }), workers };
}

/** A host function that keeps its calls waiting until each is let through. */
export function turnstile() {
  const waiting: Deferred<void>[] = [];
  let arrivals = deferred();
  return {
    async f(plugin: CurrentPlugin, handle: bigint) {
      const own = deferred();
      waiting.push(own);
      arrivals.resolve();
      arrivals = deferred();
      await own.promise;
      return plugin.store(plugin.read(handle)?.bytes() ?? "");
    },
    /** Waits until so many calls wait. */
    async filled(count: number): Promise<void> {
      while (waiting.length < count) await arrivals.promise;
    },
    /** Lets the call through that has waited longest. */
    letOneThrough(): void {
      waiting.shift()?.resolve();
    },
    letAllThrough(): void {
      for (const one of waiting.splice(0)) one.resolve();
    },
  };
}

/** A way of starting workers that can be told to fail from now on. */
export function limitedStarts() {
  let none = false;
  return {
    start() {
      if (none) throw new Error("no more workers");
      return own();
    },
    startNone(): void {
      none = true;
    },
  };
}
