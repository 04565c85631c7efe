/**
 * Every error that a plugin, a manifest or a platform can cause, by its stable code.
 *
 * | code | when |
 * |---|---|
 * | `MANIFEST_INVALID` | the manifest is not JSON, misses a field, or has an unknown key |
 * | `SOURCE_UNREACHABLE` | a file, URL or response could not be read |
 * | `HASH_MISMATCH` | the bytes of a module do not have the SHA-256 that the manifest gives |
 * | `MODULE_INVALID` | the bytes are not WebAssembly, or the engine refuses them |
 * | `MODULE_TOO_LARGE` | a source is larger than `limits.maxModuleBytes` |
 * | `IMPORT_UNRESOLVED` | a module imports something that nobody offers |
 * | `EXPORT_MISSING` | the called export is absent, or cannot be called with bytes |
 * | `PLUGIN_FAILED` | the guest set an error text |
 * | `EXIT_NONZERO` | the guest returned, or exited with, a code other than 0 |
 * | `TRAP` | the guest trapped: unreachable, bad memory access, stack overflow, … |
 * | `TIMEOUT` | the call took longer than `timeoutMs` |
 * | `ABORTED` | the caller's `AbortSignal` fired |
 * | `MEMORY_LIMIT` | the guest needed more memory or table entries than it may have |
 * | `VAR_LIMIT` | `var_set` went over `memory.maxVarBytes` |
 * | `OUTPUT_LIMIT` | an output, or the log of one call, is larger than its limit |
 * | `HTTP_DENIED` | a URL, or a redirect, is not covered by `allowedHosts` |
 * | `HTTP_FAILED` | a request could not be made or answered |
 * | `HTTP_TOO_LARGE` | a response is larger than `memory.maxHttpResponseBytes` |
 * | `PATH_DENIED` | an allowed path cannot be granted |
 * | `HOST_FUNCTION_FAILED` | a host function threw, or returned what its signature does not allow |
 * | `REENTRANT_CALL` | a plugin was called from inside one of its own calls |
 * | `PLUGIN_CLOSED` | the plugin was used after `close()` |
 * | `QUEUE_FULL` | all members of a pool are busy, and as many calls wait as may |
 * | `WORKER_CRASHED` | a worker could not start, or ended by itself |
 * | `UNSUPPORTED` | this platform, or this combination of options, cannot do it |
 */
export type ErrorCode =
  | "MANIFEST_INVALID"
  | "SOURCE_UNREACHABLE"
  | "HASH_MISMATCH"
  | "MODULE_INVALID"
  | "MODULE_TOO_LARGE"
  | "IMPORT_UNRESOLVED"
  | "EXPORT_MISSING"
  | "PLUGIN_FAILED"
  | "EXIT_NONZERO"
  | "TRAP"
  | "TIMEOUT"
  | "ABORTED"
  | "MEMORY_LIMIT"
  | "VAR_LIMIT"
  | "OUTPUT_LIMIT"
  | "HTTP_DENIED"
  | "HTTP_FAILED"
  | "HTTP_TOO_LARGE"
  | "PATH_DENIED"
  | "HOST_FUNCTION_FAILED"
  | "REENTRANT_CALL"
  | "PLUGIN_CLOSED"
  | "QUEUE_FULL"
  | "WORKER_CRASHED"
  | "UNSUPPORTED";

/** What a {@link PluginError} carries besides its code and message. */
export interface PluginErrorDetails {
  /** Name of the plugin (its main module's `name`). */
  readonly plugin?: string | undefined;
  /** Name of the export that was being called. */
  readonly export?: string | undefined;
  /** Exit or return code of the guest, with `EXIT_NONZERO`. */
  readonly exitCode?: number | undefined;
  /** What caused this error: the wasm trap with its stack, the error a host function threw, … */
  readonly cause?: unknown;
}

const brand = Symbol.for("mortise.PluginError");

/**
 * The one error class of Mortise. Tell errors apart by {@link PluginError.code}; the message is for people.
 *
 * Recognise it with {@link isPluginError}, which also holds across workers and duplicate copies of this
 * package, where `instanceof` does not.
 */
export class PluginError extends Error {
  readonly code: ErrorCode;
  readonly plugin: string | undefined;
  readonly export: string | undefined;
  readonly exitCode: number | undefined;

  constructor(code: ErrorCode, message: string, details: PluginErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.plugin = details.plugin;
    this.export = details.export;
    this.exitCode = details.exitCode;
  }

  static {
    Object.defineProperty(PluginError.prototype, "name", { value: "PluginError" });
    Object.defineProperty(PluginError.prototype, brand, { value: true });
  }
}

/** Whether a value is a {@link PluginError}, from whichever copy of this package or thread it came. */
export function isPluginError(value: unknown): value is PluginError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
