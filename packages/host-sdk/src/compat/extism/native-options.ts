import type { Program } from "../../abi/abi.ts";
import type { CompileOptions, InstantiateOptions } from "../../options.ts";
import { adaptFunctions } from "./host-functions.ts";
import type { Settings } from "./settings.ts";
import type { NodeWorkerArgs } from "./types.ts";

/** What options need of the platform. */
export interface PlatformServices {
  /** Takes WASI output, where `enableWasiOutput` is set. */
  readonly stdout: (chunk: Uint8Array) => void;
  readonly stderr: (chunk: Uint8Array) => void;
  /** Starts a worker with settings of the application's own; absent where there are none to set. */
  readonly startWorker?: (args: NodeWorkerArgs) => unknown;
}

/** The options for compiling. `maxPages` is not among them: it covers kernel memory only. */
export function compileOptions({ memory, fetch }: Settings): CompileOptions {
  const { maxVarBytes, maxHttpResponseBytes } = memory;
  return {
    memory: { ...(maxVarBytes && { maxVarBytes }), ...(maxHttpResponseBytes && { maxHttpResponseBytes }) },
    ...(fetch && { fetch }),
  };
}

/** The options for making an instance. */
export function instantiateOptions(
  settings: Settings,
  program: Program,
  services: PlatformServices,
): InstantiateOptions {
  const { config, allowedHosts, timeoutMs, nodeWorkerArgs, runInWorker, useWasi } = settings;
  const { stdout, stderr, startWorker } = services;
  return {
    functions: adaptFunctions(settings.functions, { program, inWorker: runInWorker }),
    isolation: runInWorker ? "worker" : "auto",
    logger: settings.logger,
    logLevel: settings.logLevel,
    allowPrivateNetwork: settings.allowPrivateNetwork,
    allowHttpResponseHeaders: settings.allowHttpResponseHeaders,
    ...(config && { config }),
    ...(allowedHosts && { allowedHosts }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(useWasi && { allowedPaths: turnAround(settings.allowedPaths) }),
    ...(settings.enableWasiOutput && { wasi: { stdout, stderr } }),
    ...(startWorker && nodeWorkerArgs && { worker: () => startWorker(nodeWorkerArgs) }),
  };
}

/** Host path to guest path, out of guest path to host path. */
function turnAround(paths: Readonly<Record<string, string>>): Record<string, string> {
  const turned: Record<string, string> = Object.create(null);
  for (const [guest, given] of Object.entries(paths)) {
    let host = given;
    // The same folder at a second guest path needs another spelling: one key has one value.
    while (host in turned) host += "/.";
    turned[host] = guest;
  }
  return turned;
}
