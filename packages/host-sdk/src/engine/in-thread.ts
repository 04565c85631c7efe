import type { Abi, AbiInstance, Guard, Program } from "../abi/abi.ts";
import { isPluginError, PluginError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { callbacksIn } from "../sandbox/system/settings.ts";
import type { Engine, EngineCall } from "./engine.ts";

export interface InThreadSettings {
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly suspends: boolean;
  readonly reason: string;
  /** Longest time for start-up and for each call, in milliseconds. */
  readonly timeoutMs: number | undefined;
  readonly createWatchdog: Runtime["createWatchdog"];
  /** Whether a call can reach code of the application, which a watchdog must not interrupt. */
  readonly mayEnterApplication: boolean;
}

/**
 * A guest's sleep may last this much longer than its call, so that it is the watchdog, which wakes a sleeper too, that
 * ends both.
 */
const SLEEP_GRACE_MS = 1000;

/**
 * Starts a plugin on the caller's thread.
 * @param signal gives up a start-up that waits
 */
export async function createInThreadEngine(
  settings: InThreadSettings,
  signal: AbortSignal | undefined,
): Promise<Engine> {
  const engine = new InThreadEngine(settings);
  await engine.start(signal);
  return engine;
}

class InThreadEngine implements Engine {
  readonly isolation = "thread";
  readonly reason: string;
  readonly #settings: InThreadSettings;
  /** Ends the waiting of the call that is suspended. */
  #suspended: AbortController | undefined;
  #instance: AbiInstance | undefined;
  /** Whether the instance is to go as soon as its call has ended. */
  #stale = false;

  constructor(settings: InThreadSettings) {
    this.#settings = settings;
    this.reason = settings.reason;
  }

  get heldBytes(): number {
    return this.#instance?.heldBytes ?? 0;
  }

  async start(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#settings.suspends) return void this.#ready(this.#guard(undefined));
    try {
      this.#instance = this.#instantiate();
      await this.#instance.start(signal);
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  call(request: EngineCall): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    return this.#settings.suspends ? this.#callSuspending(request) : this.callSync(request);
  }

  callSync(request: EngineCall): Uint8Array<ArrayBuffer> {
    if (this.#settings.suspends) {
      throw new PluginError(
        "UNSUPPORTED",
        `plugin ${this.#settings.sandbox.plugin} has asynchronous imports, for which it must be suspended: use call instead of callSync`,
      );
    }
    const guard = this.#guard(request.timeoutMs, callbacksIn(request.system).length > 0);
    if (!guard) return this.#ready(guard).callSync(request);
    const deadline =
      performance.now() + SLEEP_GRACE_MS + Number(request.timeoutMs ?? this.#settings.timeoutMs);
    return this.#ready(guard).callSync({ ...request, deadline }, guard);
  }

  reset(): void {
    if (this.#suspended) this.#stale = true;
    else this.#discard();
  }

  close(): void {
    const { plugin } = this.#settings.sandbox;
    this.reset();
    this.#suspended?.abort(new PluginError("PLUGIN_CLOSED", `plugin ${plugin} was closed`, { plugin }));
  }

  async #callSuspending(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    if (request.timeoutMs !== undefined) throw this.#noTimeout("it waits for asynchronous imports");
    const suspended = new AbortController();
    this.#suspended = suspended;
    const { signal } = suspended;
    try {
      if (!this.#usable()) await this.start(signal);
      return await (this.#instance as AbiInstance).call({
        ...request,
        signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal,
      });
    } finally {
      this.#suspended = undefined;
      if (this.#stale) this.#discard();
    }
  }

  /** The instance to call: the last call's, or a new one when that was spoilt. */
  #ready(guard: Guard | undefined): AbiInstance {
    const usable = this.#usable();
    if (usable) return usable;
    const start = () => {
      this.#instance = this.#instantiate();
      void this.#instance.start(); // synchronous, since this engine does not suspend
      return this.#instance;
    };
    try {
      return guard ? guard(start) : start();
    } catch (error) {
      this.#discard();
      throw this.#located(error);
    }
  }

  /** The guard that interrupts a start-up does not know whose it is. */
  #located(error: unknown): unknown {
    if (!isPluginError(error) || error.plugin !== undefined) return error;
    const { plugin } = this.#settings.sandbox;
    const { code, message, cause } = error;
    return new PluginError(code, `start-up of plugin ${plugin}: ${message}`, { plugin, cause });
  }

  #guard(timeoutMs = this.#settings.timeoutMs, callbacks = false): Guard | undefined {
    if (timeoutMs === undefined) return undefined;
    const { createWatchdog, mayEnterApplication } = this.#settings;
    if (mayEnterApplication) throw this.#noTimeout("it could interrupt application code");
    if (callbacks) {
      throw this.#noTimeout(
        "it could interrupt application code, a stream of this call",
        "give createPlugin the stream",
      );
    }
    if (!createWatchdog) throw this.#noTimeout("this platform cannot interrupt it");
    return createWatchdog(timeoutMs);
  }

  #noTimeout(why: string, instead = "create it with timeoutMs"): PluginError {
    const { plugin } = this.#settings.sandbox;
    return new PluginError(
      "UNSUPPORTED",
      `plugin ${plugin} runs on the caller's thread, where a call cannot have a timeout (${why}): ${instead}, or create it with isolation "worker"`,
      { plugin },
    );
  }

  #usable(): AbiInstance | undefined {
    if (this.#instance?.spoilt) this.#discard();
    return this.#instance;
  }

  #instantiate(): AbiInstance {
    const { abi, program, sandbox, suspends } = this.#settings;
    return abi.instantiate(program, sandbox, { suspends });
  }

  #discard(): void {
    this.#instance?.close();
    this.#instance = undefined;
    this.#stale = false;
    this.#settings.sandbox.vars.recount();
  }
}
