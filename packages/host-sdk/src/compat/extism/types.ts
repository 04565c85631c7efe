import type { Loose } from "./loose.ts";
import type { ManifestOptions, MemoryOptions } from "./manifest-types.ts";

/** Configuration: text by key. */
export type PluginConfig = Record<string, string>;

/** Configuration as options take it. */
export interface PluginConfigLike {
  [key: string]: string;
}

/** Log levels; `silent` drops everything. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** Bytes from a plugin, as a `DataView` that can be read only: every setter throws. */
export interface PluginOutput extends DataView {
  /** The bytes as JSON. */
  json(): Loose;
  /** The buffer that holds exactly these bytes. */
  arrayBuffer(): ArrayBufferLike;
  /** The bytes as UTF-8 text. */
  text(): string;
  /** The same as {@link text}. */
  string(): string;
  /** The bytes; every call returns the same array. */
  bytes(): Uint8Array;
}

/** What a host function sees of the plugin that called it. */
export interface CallContext {
  /** The `hostContext` of the running call. */
  hostContext<T = Loose>(): T;
  /** Makes a block of zeros and returns its handle; 0 when there is no room for it. */
  alloc(size: bigint | number): bigint;
  /** A copy of a variable; `null` when it is not set. */
  getVariable(name: string): PluginOutput | null;
  /**
   * Sets a variable.
   * @throws {PluginError} `VAR_LIMIT` beyond `memory.maxVarBytes`
   */
  setVariable(name: string, value: string | Uint8Array): void;
  /** Deletes a variable if it is set. */
  deleteVariable(name: string): void;
  /**
   * The bytes of a block; `null` when the handle is not that of a live block. Without `runInWorker`, what the host
   * function writes into `bytes()` or `arrayBuffer()` is in the block once it has returned; in a worker it is a copy.
   */
  read(addr: bigint | number): PluginOutput | null;
  /**
   * Puts bytes or text into a new block and returns its handle.
   * @throws {PluginError} `MEMORY_LIMIT` when there is no room for it
   */
  store(input: string | Uint8Array): bigint;
  /** Length of a block in bytes; 0 when the handle is not that of a live block. */
  length(addr: bigint): bigint;
  /** Makes the running call fail with this message, once the guest has returned. */
  setError(err?: string | Error | null): void;
  /** Lowest level that is logged. */
  get logLevel(): LogLevel;
  set logLevel(level: LogLevel);
}

/** A loaded plugin. */
export interface Plugin {
  /** Whether the main module exports a function of this name. */
  functionExists(funcName: string): Promise<boolean>;
  /** Ends the plugin. */
  close(): Promise<void>;
  /**
   * Calls an export. Its return code is ignored.
   *
   * @param input text goes as UTF-8; a number, as in `@extism/extism`, as no input
   * @param hostContext what host functions see as `hostContext()` during this call
   * @returns the output; `null` when the plugin set none
   */
  call<T>(
    funcName: string,
    input?: string | number | Uint8Array,
    hostContext?: T,
  ): Promise<PluginOutput | null>;
  /** What the main module exports. */
  getExports(): Promise<WebAssembly.ModuleExportDescriptor[]>;
  /** What the main module imports. */
  getImports(): Promise<WebAssembly.ModuleImportDescriptor[]>;
  /**
   * The instance of the main module. A later call may run on another one: after a trap or a host function's error
   * the plugin starts anew.
   * @throws {PluginError} `UNSUPPORTED` when the plugin runs in a worker, where nobody here can reach it
   */
  getInstance(): Promise<WebAssembly.Instance>;
  /** Whether a call is running. */
  isActive(): boolean;
  /**
   * Whether the memory that host and plugin share was reset: false while a call is running. Every call starts with
   * that memory empty anyway; guest memory and variables stay.
   */
  reset(): Promise<boolean>;
}

/** Settings of the plugin's worker, for `node:worker_threads`. */
export interface NodeWorkerArgs {
  name?: string;
  execArgv?: string[];
  argv?: string[];
  env?: Record<string, string>;
  resourceLimits?: {
    maxOldGenerationSizeMb?: number;
    maxYoungGenerationSizeMb?: number;
    codeRangeSizeMb?: number;
    stackSizeMb?: number;
  };
  [k: string]: Loose;
}

/** Options of `createPlugin`. What is given here wins over the manifest. */
export interface ExtismPluginOptions
  extends Pick<ManifestOptions, "allowedPaths" | "allowedHosts" | "config"> {
  /** Whether modules may import WASI preview 1. Default false. */
  useWasi?: boolean;
  /** Whether the plugin runs in a worker. Default false. */
  runInWorker?: boolean;
  /** Receives log lines. Default `console`. */
  logger?: Console;
  /** Lowest level that is logged. Default `silent`. */
  logLevel?: LogLevel;
  /** Host functions by namespace and name. In a worker each may return a promise, elsewhere async functions may. */
  functions?:
    | { [key: string]: { [key: string]: (callContext: CallContext, ...args: Loose[]) => Loose } }
    | undefined;
  /** Limits. */
  memory?: MemoryOptions;
  /** Longest time of start-up and of each call, in milliseconds. Needs `runInWorker`. Default none. */
  timeoutMs?: number | null;
  /** Whether WASI output goes to that of the process. Default: whether `EXTISM_ENABLE_WASI_OUTPUT` is set. */
  enableWasiOutput?: boolean;
  /** Used to load modules, and for the plugin's own requests. Default: the platform's. */
  fetch?: typeof fetch;
  /** Has no effect: blocks lie in shared memory, and need no buffer to travel through. */
  sharedArrayBufferSize?: number;
  /** Whether the plugin sees the headers of HTTP responses. Default false. */
  allowHttpResponseHeaders?: boolean;
  /** Settings of the worker on Node, Bun and Deno. */
  nodeWorkerArgs?: NodeWorkerArgs;
  /**
   * Not in `@extism/extism`: whether hosts that are allowed only through a wildcard may be at loopback, private and
   * other addresses that are not of the public internet. Default: only with a `fetch` of one's own.
   */
  allowPrivateNetwork?: boolean;
}

/** What this platform can do. */
export interface Capabilities {
  /** Whether async host functions and HTTP work without `runInWorker`. */
  supportsJSPromiseInterface: boolean;
  /** Whether text can be decoded straight from shared memory. */
  allowSharedBufferCodec: boolean;
  /** Whether modules can be loaded by path. */
  manifestSupportsPaths: boolean;
  /** Whether requests are subject to the cross-origin rules of a browser. */
  crossOriginChecksEnforced: boolean;
  /** Whether plugins can be given folders. */
  fsAccess: boolean;
  /** Whether `runInWorker` works; pages must be cross-origin isolated. */
  hasWorkerCapability: boolean;
  /** Whether `useWasi` works. */
  supportsWasiPreview1: boolean;
  /** Whether `timeoutMs` works. */
  supportsTimeouts: boolean;
  /** Whether the environment variable `EXTISM_ENABLE_WASI_OUTPUT` is set. */
  extismStdoutEnvVarSet: boolean;
}
