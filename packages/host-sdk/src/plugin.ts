import { checkNotAborted } from "./abort.ts";
import { CallQueue } from "./engine/call-queue.ts";
import type { Engine, EngineCall } from "./engine/engine.ts";
import { PluginError } from "./errors.ts";
import { describe } from "./functions.ts";
import { isArrayBuffer, isUint8Array } from "./manifest/kinds.ts";
import { PluginOutput } from "./output.ts";
import type { ReentryScope } from "./reentry.ts";
import type { CallSystem } from "./sandbox/system/settings.ts";
import { checkTimeout } from "./timeout.ts";

/** What a plugin is called with. Text goes as UTF-8; a view as exactly its own range. */
export type PluginInput = string | Uint8Array | ArrayBuffer | undefined;

/** Options of `plugin.callSync`. */
export interface SyncCallOptions {
  /** Longest time for this call, in milliseconds; over the manifest's. */
  readonly timeoutMs?: number;
  /** Anything; host functions see it as `hostContext`. */
  readonly hostContext?: unknown;
  /** Arguments and streams of this call alone, for a plugin that uses WASI; over those of the plugin. */
  readonly wasi?: CallSystem;
}

/** Options of `plugin.call`. */
export interface CallOptions extends SyncCallOptions {
  /** Ends the call with `ABORTED`: before its start and in the queue anywhere, while it runs in a worker only. */
  readonly signal?: AbortSignal;
}

/** What a plugin is made of. */
export interface PluginParts {
  readonly name: string;
  readonly exports: readonly string[];
  readonly engine: Engine;
  readonly scope: Pick<ReentryScope, "isInside">;
  readonly vars: { clear(): void };
}

/**
 * A loaded plugin. Concurrent calls queue; each starts from the state that the last one left, unless that one ended
 * by a trap, an exit, a host function's error or a timeout: then the plugin starts anew, keeping its vars.
 */
export class Plugin {
  /** Name of the main module, for messages. */
  readonly name: string;
  /** Names of the exports that can be called. */
  readonly exports: readonly string[];
  readonly #engine: Engine;
  readonly #scope: Pick<ReentryScope, "isInside">;
  readonly #vars: { clear(): void };
  readonly #queue = new CallQueue();
  #running = false;
  #onStack = false;
  #closed = false;

  /** Use `createPlugin`. */
  constructor(parts: PluginParts) {
    this.name = parts.name;
    this.exports = parts.exports;
    this.#engine = parts.engine;
    this.#scope = parts.scope;
    this.#vars = parts.vars;
  }

  /** Where calls run. */
  get isolation(): "thread" | "worker" {
    return this.#engine.isolation;
  }

  /**
   * Bytes of the memories that the plugin holds: the kernel's, and those that its modules export. A memory never
   * shrinks, so that a large call leaves its mark until the plugin starts anew.
   */
  get heldBytes(): number {
    return this.#engine.heldBytes;
  }

  /** Whether the plugin has an export of this name that can be called. */
  has(name: string): boolean {
    return this.exports.includes(name);
  }

  /**
   * Calls an export with bytes and returns the bytes that it set as its output.
   *
   * An idle plugin on the caller's thread has read its input, and run, before this returns its promise; in every
   * other case the input is copied first. Either way the caller may change it at once.
   *
   * @throws {PluginError} everything that can go wrong in a call, as a rejection
   * @throws {TypeError} for arguments of the wrong type, as a rejection
   */
  call(name: string, input?: PluginInput, options: CallOptions = {}): Promise<PluginOutput> {
    try {
      const request = toRequest(name, input, options);
      this.#checkOpen();
      this.#checkReentry();
      return this.#running ? this.#enqueue(request) : this.#start(request);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Like {@link call}, on the caller's stack. Only for a plugin that runs on this thread and has no asynchronous
   * import, and while none of its calls is pending.
   */
  callSync(name: string, input?: PluginInput, options: SyncCallOptions = {}): PluginOutput {
    const request = toRequest(name, input, options);
    this.#checkOpen();
    this.#checkReentry();
    if (this.#running) {
      throw this.#error(
        "REENTRANT_CALL",
        `callSync of plugin ${this.name} while another of its calls is pending`,
      );
    }
    return new PluginOutput(this.#enter(() => this.#engine.callSync(request)));
  }

  /**
   * Makes the next call run on a fresh instance: guest memory and globals as after start-up.
   * @param options.vars also forget the vars; default false
   */
  reset(options: { readonly vars?: boolean } = {}): void {
    this.#checkOpen();
    this.#checkReentry();
    if (options.vars) this.#vars.clear();
    this.#engine.reset();
  }

  /** Ends the plugin. Calls that wait are rejected with `PLUGIN_CLOSED`. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#queue.length > 0)
      this.#queue.rejectAll(() => this.#error("PLUGIN_CLOSED", `plugin ${this.name} was closed`));
    if (!this.#onStack) await this.#release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #release(): Promise<void> {
    await this.#engine.close();
    this.#vars.clear();
  }

  #start(request: EngineCall): Promise<PluginOutput> {
    const output = this.#begin(request);
    return output instanceof Promise ? this.#finish(output) : Promise.resolve(output);
  }

  #begin(request: EngineCall): PluginOutput | Promise<PluginOutput> {
    checkNotAborted(request.signal);
    const output = this.#enter(() => this.#engine.call(request));
    return output instanceof Promise
      ? output.then((bytes) => new PluginOutput(bytes))
      : new PluginOutput(output);
  }

  /** Runs what may call back into the application, and so into this plugin. */
  #enter<T>(run: () => T): T {
    this.#onStack = true;
    try {
      return run();
    } finally {
      this.#onStack = false;
      if (this.#closed) void this.#release();
    }
  }

  async #finish(output: Promise<PluginOutput>): Promise<PluginOutput> {
    this.#running = true;
    try {
      return await output;
    } finally {
      this.#endTurn();
    }
  }

  async #enqueue(request: EngineCall): Promise<PluginOutput> {
    const { input, signal } = request;
    const copied = typeof input === "string" ? request : { ...request, input: input.slice() };
    await this.#queue.wait(signal);
    try {
      this.#checkOpen();
      return await this.#begin(copied);
    } finally {
      this.#endTurn();
    }
  }

  #endTurn(): void {
    this.#running = this.#queue.grantNext();
  }

  #checkOpen(): void {
    if (this.#closed) throw this.#error("PLUGIN_CLOSED", `plugin ${this.name} was closed`);
  }

  #checkReentry(): void {
    if (this.#onStack || this.#scope.isInside()) {
      throw this.#error(
        "REENTRANT_CALL",
        `plugin ${this.name} was called from inside one of its own calls; give the host function a second plugin instead`,
      );
    }
  }

  #error(code: "PLUGIN_CLOSED" | "REENTRANT_CALL", message: string): PluginError {
    return new PluginError(code, message, { plugin: this.name });
  }
}

function toRequest(name: string, input: PluginInput, options: CallOptions): EngineCall {
  if (typeof name !== "string") throw new TypeError(`the export's name is ${describe(name)}, not a string`);
  return {
    name,
    input: toBytes(input),
    hostContext: options.hostContext,
    system: options.wasi,
    timeoutMs: checkTimeout(options.timeoutMs),
    signal: options.signal,
  };
}

/**
 * An input as bytes, or as the text that will be encoded on its way into the guest.
 * @throws {TypeError} when it is neither
 */
export function toBytes(input: PluginInput): Uint8Array | string {
  if (typeof input === "string") return input;
  if (input === undefined) return "";
  if (input instanceof Uint8Array || isUint8Array(input)) return input; // the former is faster, the latter certain
  if (isArrayBuffer(input)) return new Uint8Array(input);
  throw new TypeError(
    `the input is ${describe(input)}; a call takes a string, a Uint8Array, an ArrayBuffer or nothing`,
  );
}
