import type { Runtime } from "../runtime/runtime.ts";

/** Longest time for one fetch, redirects and body included, in milliseconds. */
export const DEFAULT_FETCH_TIMEOUT_MS = 30_000;

/** What loading needs from outside. */
export interface SourceEnvironment {
  readonly runtime: Runtime;
  readonly fetch: typeof globalThis.fetch;
  /** Largest module, and largest manifest, in bytes. */
  readonly maxModuleBytes: number;
  /** Longest time for one fetch, redirects and body included, in milliseconds. */
  readonly fetchTimeoutMs: number;
  /** Whether a manifest that came over http(s) may grant hosts and paths, and name local files. */
  readonly trustRemoteManifest: boolean;
  readonly signal?: AbortSignal | undefined;
}
