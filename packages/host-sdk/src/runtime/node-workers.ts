import { Worker, type WorkerOptions } from "node:worker_threads";
import type { WorkerHandle, Workers } from "./workers.ts";

/** Enough for our own objects; memories of wasm are not part of it. */
const HEAP_MEGABYTES = 128;

/**
 * A worker whose heap is full gets 16 MiB more in which to end. A collection that moves a larger young generation
 * into the old one at once goes past them, and then V8 ends the process instead of the worker.
 */
const YOUNG_MEGABYTES = 4;

/** Starts this package's worker file. Unless the settings say otherwise, it inherits nothing from the process. */
export function startNodeWorker(settings: WorkerOptions): Worker {
  return new Worker(new URL("../entry/worker-node.js", import.meta.url), {
    env: {},
    argv: [],
    execArgv: [],
    ...settings,
    resourceLimits: {
      maxOldGenerationSizeMb: HEAP_MEGABYTES,
      maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
      ...settings.resourceLimits,
    },
  });
}

/** Workers of `node:worker_threads`, which Bun and Deno have as well. */
export const nodeWorkers: Workers = {
  limitsHeap: true,
  start: () => connect(startNodeWorker({ name: "mortise" })),
  adopt(worker) {
    if (!(worker instanceof Worker))
      throw new TypeError("the option worker must return a Worker of node:worker_threads");
    return connect(worker);
  },
};

function connect(worker: Worker): WorkerHandle {
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on("message", listener),
    onEnd(listener) {
      let ended = false;
      const end = (reason: unknown) => {
        if (!ended) listener(reason);
        ended = true;
      };
      worker.on("error", end);
      worker.on("messageerror", end);
      worker.on("exit", (code) => end(new Error(`the worker exited with code ${code}`)));
    },
    async terminate() {
      await worker.terminate();
    },
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
  };
}
