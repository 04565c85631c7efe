import { natives, runtime } from "../natives.ts";
import { describeThrown } from "./describe.ts";
import { forgetRejections, throwUnhandled } from "./rejections.ts";

interface NamedFunction {
  readonly name: string;
  readonly run: () => unknown;
}

const functions: NamedFunction[] = [];

/** Adds an export; its place is its number. */
export function addExport(name: string, run: () => unknown): void {
  functions.push({ name, run });
}

export function exportNames(): string[] {
  return functions.map(({ name }) => name);
}

/** Runs export number `index` to its end and returns its exit code. An error goes to the host, with exit code 1. */
export function invoke(index: number): number {
  const { name, run } = functions[index]!;
  try {
    const returned = run();
    const value = isThenable(returned) ? settle(name, returned) : finish(returned);
    return value === undefined ? 0 : exitCode(name, value);
  } catch (thrown) {
    natives.errorSet(natives.storeText(describeThrown(thrown)));
    abandon();
    return 1;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** An ordinary function's call lasts until its microtasks and timers are done. */
function finish(value: unknown): unknown {
  do {
    if (natives.hasJobs() !== 0) natives.runJobs();
    throwUnhandled();
  } while (runtime.timers?.runNext() === true);
  return value;
}

/** An async function's call ends when its promise settles; timers that are left then never fire. */
function settle(name: string, promise: PromiseLike<unknown>): unknown {
  let state: "pending" | "fulfilled" | "rejected" = "pending";
  let outcome: unknown;
  // A foreign thenable may resolve to another one: only a promise of the language unwraps them all.
  Promise.resolve(promise).then(
    (value) => {
      state = "fulfilled";
      outcome = value;
    },
    (reason) => {
      state = "rejected";
      outcome = reason;
    },
  );
  for (;;) {
    natives.runJobs();
    // Read through a function: control-flow analysis cannot see that runJobs() changes it.
    if (isSettled(state)) break;
    throwUnhandled();
    if (runtime.timers?.runNext() !== true) {
      throw new Error(
        `export "${name}" returned a promise that can never settle: no timer and no job is left`,
      );
    }
  }
  if (isRejected(state)) throw outcome;
  throwUnhandled();
  runtime.timers?.clear();
  return outcome;
}

function isSettled(state: string): boolean {
  return state !== "pending";
}

function isRejected(state: string): boolean {
  return state === "rejected";
}

function exitCode(name: string, value: unknown): number {
  if (value === null) return 0;
  if (typeof value === "number" && (value | 0) === value) return value;
  const what = typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
  throw new TypeError(
    `export "${name}" returned ${what}: return nothing or an integer exit code, and pass results to output()`,
  );
}

/** After a failure nothing of this call may run in the next one. */
function abandon(): void {
  runtime.timers?.clear();
  while (natives.hasJobs() !== 0) {
    try {
      natives.runJobs();
    } catch {
      // The call has failed already, and its first error is the one that was reported.
    }
  }
  runtime.timers?.clear();
  forgetRejections();
}
