import type { HostFunctions } from "./functions.ts";
import type { Limits } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { nearest } from "./nearest.ts";
import type { Logger, LogLevel } from "./sandbox/log.ts";

/** Where the calls of a plugin run: on the caller's thread, or in a worker of its own. */
export type Isolation = "auto" | "thread" | "worker";

/** Options of `compilePlugin`: what is decided once for all instances of a plugin. */
export interface CompileOptions {
  /** Limits of the manifest's `memory`, over those of the manifest. */
  readonly memory?: NonNullable<Manifest["memory"]>;
  /** The limits that manifests do not have; see {@link Limits} for the defaults. */
  readonly limits?: Partial<Omit<Limits, "maxPages" | "maxVarBytes" | "maxHttpResponseBytes">>;
  /** Used to load manifests and modules, and for the plugin's own requests. Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
  /** Longest time for one download of a manifest or module, in milliseconds. Default 30,000. */
  readonly fetchTimeoutMs?: number;
  /** Whether a manifest that came over http(s) may grant hosts and paths. Default false: it is refused. */
  readonly trustRemoteManifest?: boolean;
  /** Stops loading. */
  readonly signal?: AbortSignal;
}

/** Options of `compiled.instantiate`: what one plugin is given. */
export interface InstantiateOptions {
  /** Host functions by namespace and name. */
  readonly functions?: HostFunctions;
  /** Configuration, key by key over that of the manifest. */
  readonly config?: Readonly<Record<string, string>>;
  /** Receives the plugin's log lines; `console` fits. Default: none, the lines are dropped. */
  readonly logger?: Logger;
  /** Lowest level that is logged. Default `info` with a logger. */
  readonly logLevel?: LogLevel;
}

/** Options of `createPlugin`. What is given here wins over the manifest. */
export interface PluginOptions extends CompileOptions, InstantiateOptions {}

type Known<T> = Readonly<Record<keyof T, true>>;

/** Every option of compiling. */
export const COMPILE_OPTIONS: Known<CompileOptions> = {
  memory: true,
  limits: true,
  fetch: true,
  fetchTimeoutMs: true,
  trustRemoteManifest: true,
  signal: true,
};

/** Every option of instantiating. */
export const INSTANTIATE_OPTIONS: Known<InstantiateOptions> = {
  functions: true,
  config: true,
  logger: true,
  logLevel: true,
};

/** Refuses options that do not exist, so that a misspelt limit is not a missing limit. */
export function checkOptions(options: object, ...known: readonly Readonly<Record<string, true>>[]): void {
  const names = known.flatMap((options) => Object.keys(options));
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const close = nearest(name, names);
    throw new TypeError(`unknown option ${name}${close === undefined ? "" : `; did you mean ${close}?`}`);
  }
}

/** The part of `options` that `known` lists. */
export function pickOptions<T extends object>(options: T, known: Readonly<Record<string, true>>): T {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(known, name))) as T;
}
