import { PluginError } from "../errors.ts";
import { createStackReentryScope, type ReentryScope } from "../reentry.ts";
import type { WorkerHandle } from "../runtime/workers.ts";
import { choosePlacement, type PlacementRequest, workersOf } from "./choose.ts";
import type { Engine } from "./engine.ts";
import { createInThreadEngine } from "./in-thread.ts";
import { preferredWake } from "./worker/channel.ts";
import { createWorkerEngine } from "./worker/engine.ts";

/** What there is to run, and what the application wants of it. */
export interface EngineRequest extends PlacementRequest {
  /** Starts a worker in the place of the platform's own way. */
  readonly startWorker: (() => unknown) | undefined;
  /** Gives the start-up up. */
  readonly signal: AbortSignal | undefined;
}

/** A running engine, and what tells whether code runs inside one of its calls. */
export interface StartedEngine {
  readonly engine: Engine;
  readonly scope: ReentryScope;
}

/** Starts a plugin where it can run. */
export async function startEngine(request: EngineRequest): Promise<StartedEngine> {
  const { isolation, suspends, mayEnterApplication, reason } = choosePlacement(request);
  const { runtime, abi, program, timeoutMs, signal } = request;
  request.sandbox.log.note("debug", `plugin ${request.sandbox.plugin} runs in a ${isolation}: ${reason}`);
  const waits = suspends || isolation === "worker";
  const scope = (waits && runtime.createReentryScope?.()) || createStackReentryScope();
  // On the caller's own stack the plugin itself sees a call from inside a call, at no cost.
  const sandbox = waits ? { ...request.sandbox, scope } : request.sandbox;
  const settings = { abi, program, sandbox, timeoutMs, reason };
  if (isolation === "thread") {
    const { createWatchdog } = runtime;
    return {
      scope,
      engine: await createInThreadEngine(
        { ...settings, suspends, mayEnterApplication, createWatchdog },
        signal,
      ),
    };
  }
  const startWorker = () => startWorkerOf(request);
  return {
    scope,
    engine: await createWorkerEngine(
      { ...settings, startWorker, wake: preferredWake(), spins: runtime.name !== "browser" },
      signal,
    ),
  };
}

function startWorkerOf({ runtime, sandbox, startWorker }: EngineRequest): WorkerHandle {
  const workers = workersOf(runtime);
  let worker: unknown;
  try {
    if (!startWorker) return workers.start();
    worker = startWorker();
  } catch (cause) {
    const { plugin } = sandbox;
    throw new PluginError("WORKER_CRASHED", `the worker of plugin ${plugin} could not be started`, {
      plugin,
      cause,
    });
  }
  return workers.adopt(worker);
}
