import { canSuspend } from "../../abi/suspension.ts";
import { hasAsyncFunction } from "./host-functions.ts";
import { toNativeLevel } from "./levels.ts";
import type { ManifestOptions, MemoryOptions } from "./manifest-types.ts";
import type { Capabilities, ExtismPluginOptions } from "./types.ts";

/** Everything that decides how a plugin is run, with the SDK's defaults. */
export interface Settings {
  readonly config: Readonly<Record<string, string>> | undefined;
  readonly memory: MemoryOptions;
  readonly allowedHosts: readonly string[] | undefined;
  /** Guest path to host path. */
  readonly allowedPaths: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly functions: NonNullable<ExtismPluginOptions["functions"]>;
  readonly useWasi: boolean;
  readonly runInWorker: boolean;
  readonly enableWasiOutput: boolean;
  readonly logger: Console;
  readonly logLevel: ReturnType<typeof toNativeLevel>;
  /** The application's own. */
  readonly fetch: typeof fetch | undefined;
  readonly allowPrivateNetwork: boolean;
  readonly allowHttpResponseHeaders: boolean;
  readonly nodeWorkerArgs: ExtismPluginOptions["nodeWorkerArgs"];
}

/** Puts options over those of the manifest, each as a whole. @throws {TypeError} for an unknown log level */
export function mergeSettings(
  options: ExtismPluginOptions,
  manifest: ManifestOptions,
  capabilities: Capabilities,
): Settings {
  const useWasi = options.useWasi ?? false;
  const ownFetch = options.fetch === globalThis.fetch ? undefined : options.fetch;
  return {
    config: options.config || manifest.config,
    memory: options.memory || manifest.memory || {},
    allowedHosts: options.allowedHosts || manifest.allowedHosts,
    allowedPaths: options.allowedPaths || manifest.allowedPaths || {},
    timeoutMs: options.timeoutMs || manifest.timeoutMs || undefined,
    functions: options.functions || {},
    useWasi,
    runInWorker: options.runInWorker ?? false,
    enableWasiOutput: options.enableWasiOutput ?? (useWasi && capabilities.extismStdoutEnvVarSet),
    logger: options.logger ?? console,
    logLevel: toNativeLevel(options.logLevel || "silent"),
    fetch: ownFetch,
    // Nobody sees where a fetch of the application's own connects to, and what it may reach is the application's choice.
    allowPrivateNetwork: options.allowPrivateNetwork ?? ownFetch !== undefined,
    allowHttpResponseHeaders: options.allowHttpResponseHeaders ?? false,
    nodeWorkerArgs: options.nodeWorkerArgs,
  };
}

/**
 * Refuses what the JavaScript SDK refuses, whether or not it would work here: a program that starts must start there
 * as well.
 * @throws {TypeError}
 */
export function checkSettings(settings: Settings, options: ExtismPluginOptions): void {
  const { runInWorker, allowedHosts = [], allowedPaths, functions } = settings;
  const readOnly = Object.values(allowedPaths).find((host) => host.startsWith("ro:"));
  if (readOnly !== undefined) throw new TypeError(`Readonly dirs are not supported: ${readOnly}`);
  if (runInWorker) return;
  // The SDK ignores the timeout of a manifest here; it is kept all the same.
  if (options.timeoutMs) throw new TypeError(needsWorker("timeout", "Call timeouts are"));
  if (canSuspend()) return;
  if (allowedHosts.length > 0) throw new TypeError(needsWorker("allowedHosts", "HTTP functions are"));
  if (hasAsyncFunction(functions)) {
    throw new TypeError(
      "This platform does not support async function imports on the main thread; consider using `runInWorker`.",
    );
  }
}

function needsWorker(option: string, what: string): string {
  return `"${option}" requires "runInWorker: true". ${what} only available to plugins running in a worker.`;
}
