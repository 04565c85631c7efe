import type { HostFunctions } from "./functions.ts";
import type { Limits } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { nearest } from "./nearest.ts";
import type { Logger, LogLevel } from "./sandbox/log.ts";
import type { WasiOptions } from "./sandbox/wasi/options.ts";

/** Where the calls of a plugin run: on the caller's thread, or in a worker of its own. */
export type Isolation = "auto" | "thread" | "worker";

/** Options of `compilePlugin`: what is decided once for all instances of a plugin. */
export interface CompileOptions {
  /** Limits of the manifest's `memory`, over those of the manifest. */
  readonly memory?: NonNullable<Manifest["memory"]>;
  /** The limits that manifests do not have; see {@link Limits} for the defaults. */
  readonly limits?: Partial<Omit<Limits, "maxPages" | "maxVarBytes" | "maxHttpResponseBytes">>;
  /**
   * Used to load manifests and modules, and for the plugin's own requests. Default: the platform's. It must leave
   * redirects alone when told so (`redirect: "manual"`). With a fetch of one's own, hosts that only a wildcard
   * covers are `HTTP_DENIED` unless {@link InstantiateOptions.allowPrivateNetwork} is set: nobody sees where it
   * connects to.
   */
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
  /**
   * Hosts that the plugin may send HTTP requests to, instead of those of the manifest: names, IP addresses, or globs
   * over them (`*.example.com`, `*`), on every port. Default: the manifest's; without any, none.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Whether hosts that are allowed only through a wildcard may be at loopback, link-local, private and other
   * addresses that are not of the public internet. Default false: such a request is `HTTP_DENIED`. Where the
   * platform does not show to which addresses it connects (browsers), wildcards work only with this.
   */
  readonly allowPrivateNetwork?: boolean;
  /** Whether the plugin sees the headers of HTTP responses. Default false. */
  readonly allowHttpResponseHeaders?: boolean;
  /**
   * Folders that the plugin may use, instead of those of the manifest: host path, `ro:` before it for reading only,
   * to guest path. Default: the manifest's; without any, none.
   */
  readonly allowedPaths?: Readonly<Record<string, string>>;
  /** Arguments, environment, streams, file systems and clock of a plugin that uses WASI. Default: nothing of them. */
  readonly wasi?: WasiOptions;
  /** Receives the plugin's log lines; `console` fits. Default: none, the lines are dropped. */
  readonly logger?: Logger;
  /** Lowest level that is logged. Default `info` with a logger. */
  readonly logLevel?: LogLevel;
  /**
   * Longest time for start-up and for each call, in milliseconds, host functions included; over the manifest's.
   * Default none.
   */
  readonly timeoutMs?: number;
  /** Where calls run. Default `"auto"`: on the caller's thread wherever that is sound. */
  readonly isolation?: Isolation;
  /** Starts the plugin's worker from `@mortise/host-sdk/worker`, where the platform's own way does not do. */
  readonly worker?: () => unknown;
}

/** Options of `createPlugin`. What is given here wins over the manifest. */
export interface PluginOptions extends CompileOptions, InstantiateOptions {}

/** Options of `createPool`: those of `createPlugin`, for each member, and how members are lent. */
export interface PoolOptions extends PluginOptions {
  /** The most members. Default: as many as the platform runs threads at once. */
  readonly size?: number;
  /** The most calls that wait while all members are busy; one more is `QUEUE_FULL`. Default 1,000. */
  readonly maxQueue?: number;
  /**
   * What a member forgets between two calls. `"instance"`, the default: everything, its vars too, so that no call
   * sees anything of another. `"memory"` keeps instance and vars, for callers that trust each other.
   */
  readonly reset?: "instance" | "memory";
  /**
   * Members that hold more bytes of memory than this after a call are replaced by fresh ones. It counts the memory of
   * the kernel and those that the plugin's modules export. Default: no bound but that of each memory.
   */
  readonly retainBytes?: number;
}

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
  allowedHosts: true,
  allowPrivateNetwork: true,
  allowHttpResponseHeaders: true,
  allowedPaths: true,
  wasi: true,
  logger: true,
  logLevel: true,
  timeoutMs: true,
  isolation: true,
  worker: true,
};

/** Every option of lending. */
export const POOL_OPTIONS: Known<Omit<PoolOptions, keyof PluginOptions>> = {
  size: true,
  maxQueue: true,
  reset: true,
  retainBytes: true,
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
