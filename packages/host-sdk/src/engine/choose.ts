import type { Abi, Program } from "../abi/abi.ts";
import { canSuspend } from "../abi/suspension.ts";
import { PluginError } from "../errors.ts";
import { isAsyncFunction } from "../functions.ts";
import type { Isolation } from "../options.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Workers } from "../runtime/workers.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** What decides where a plugin can run. */
export interface PlacementRequest {
  readonly runtime: Runtime;
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly isolation: Isolation;
  readonly timeoutMs: number | undefined;
  /** Application code that a call may enter besides host functions, such as a logger. */
  readonly callbacks: readonly string[];
  /** Whether a module fills the engine's garbage-collected heap. */
  readonly usesGc: boolean;
}

/** Where a plugin runs, and why in a few words. */
export interface Placement {
  readonly isolation: "thread" | "worker";
  /** Whether its guest is suspended while an import waits. */
  readonly suspends: boolean;
  /** Whether a call can reach code of the application. */
  readonly mayEnterApplication: boolean;
  readonly reason: string;
}

/**
 * Decides where a plugin runs. `"auto"` keeps it on the caller's thread wherever that is sound.
 * @throws {PluginError} `UNSUPPORTED`, naming what is missing
 */
export function choosePlacement(request: PlacementRequest): Placement {
  const entered = enteredBy(request);
  const obstacle = threadObstacle(request, entered);
  const mayEnterApplication = entered.all.length > 0;
  if (obstacle === undefined && request.isolation !== "worker") {
    const [first] = entered.waiting;
    const suspends = first !== undefined;
    const reason = suspends
      ? `the platform can suspend it while ${first} waits`
      : "nothing it imports has to be waited for";
    return { isolation: "thread", suspends, mayEnterApplication, reason };
  }
  if (request.isolation === "thread") {
    throw unsupported(
      request,
      `cannot run on the caller's thread: ${obstacle}; use isolation "auto" or "worker"`,
    );
  }
  const reason = obstacle ?? 'isolation is "worker"';
  const missing = workerObstacle(request);
  if (missing !== undefined) throw unsupported(request, `needs a worker (${reason}), but ${missing}`);
  return { isolation: "worker", suspends: false, mayEnterApplication, reason };
}

/** What calls of a plugin may enter outside the guest, by name. */
interface Entered {
  readonly all: readonly string[];
  /** Those of them that have to be waited for. */
  readonly waiting: readonly string[];
}

function enteredBy(request: PlacementRequest): Entered {
  const functions = hostFunctionImports(request);
  const own = request.abi.waitingImports(request.program, request.sandbox);
  return {
    all: [...own, ...functions.map(({ label }) => label), ...request.callbacks],
    waiting: [...own, ...functions.filter(({ isAsync }) => isAsync).map(({ label }) => label)],
  };
}

/** Why a plugin cannot run on the caller's thread. */
function threadObstacle(
  { runtime, timeoutMs, usesGc }: PlacementRequest,
  { all, waiting }: Entered,
): string | undefined {
  if (usesGc)
    return "it keeps objects on the engine's garbage-collected heap, which only a worker's own heap limit covers";
  if (timeoutMs === undefined) {
    if (waiting.length === 0 || canSuspend()) return undefined;
    return `${waiting[0]} is asynchronous, and this platform cannot suspend a plugin (WebAssembly.Suspending)`;
  }
  if (all.length > 0) return `its timeout could interrupt application code (${all[0]})`;
  return runtime.createWatchdog
    ? undefined
    : "this platform cannot interrupt a running plugin on its own thread";
}

function workerObstacle({ runtime, usesGc }: PlacementRequest): string | undefined {
  if (typeof SharedArrayBuffer !== "function")
    return "this platform has no shared memory (a page must be cross-origin isolated)";
  if (!runtime.workers) return "this platform has no workers";
  return usesGc && !runtime.workers.limitsHeap ? "the heap of a worker has no limit here" : undefined;
}

/** The platform's workers, which {@link choosePlacement} has found to be there. */
export function workersOf({ workers }: Runtime): Workers {
  if (!workers) throw new PluginError("UNSUPPORTED", "this platform has no workers");
  return workers;
}

function hostFunctionImports({ program, sandbox: { functions } }: PlacementRequest) {
  if (Object.keys(functions).length === 0) return [];
  return program.modules
    .flatMap((module) => module.description.imports)
    .flatMap(({ module, name }) => {
      const members = Object.hasOwn(functions, module) ? functions[module] : undefined;
      const run = members && Object.hasOwn(members, name) ? members[name] : undefined;
      return run ? [{ label: `host function ${module}.${name}`, isAsync: isAsyncFunction(run) }] : [];
    });
}

function unsupported({ sandbox }: PlacementRequest, message: string): PluginError {
  return new PluginError("UNSUPPORTED", `plugin ${sandbox.plugin} ${message}`, { plugin: sandbox.plugin });
}
