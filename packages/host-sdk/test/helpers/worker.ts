import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "host-sdk-worker-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** The address of our own worker's code, for workers that load it after something else. */
const workerEntry: string = new URL("../../dist/entry/worker-node.js", import.meta.url).href;

/** A function that starts workers of this code. */
export function workerOf(source: string, options: WorkerOptions = {}): () => Worker {
  const file = join(folder, `worker-${files++}.mjs`);
  writeFileSync(file, source);
  return () => new Worker(pathToFileURL(file), options);
}

/** A function that starts workers like ours. */
export function ownWorker(): () => Worker {
  return workerOf(`await import(${JSON.stringify(workerEntry)});`);
}

/**
 * Like {@link ownWorker}; once `trigger` was called, the worker runs `misbehave` as soon as it is its turn: to run a
 * call, or to go on after a host function.
 */
export function misbehavingWorker(
  misbehave: string,
  options: WorkerOptions = {},
): { start: () => Worker; trigger: () => void } {
  const armed = new Int32Array(new SharedArrayBuffer(4));
  const source = `
    import { workerData as armed } from "node:worker_threads";
    const { load } = Atomics;
    Atomics.load = (...args) => {
      const turn = load(...args);
      if (turn === 1 && armed[0] === 1) { ${misbehave} }
      return turn;
    };
    await import(${JSON.stringify(workerEntry)});`;
  return {
    start: workerOf(source, { ...options, workerData: armed }),
    trigger: () => void armed.fill(1),
  };
}
