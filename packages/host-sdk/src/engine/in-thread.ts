import type { Abi, AbiInstance, Guard, Program } from "../abi/abi.ts";
import { PluginError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
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

/** Starts a plugin on the caller's thread. */
export async function createInThreadEngine(settings: InThreadSettings): Promise<Engine> {
  const engine = new InThreadEngine(settings);
  await engine.start();
  return engine;
}

class InThreadEngine implements Engine {
  readonly isolation = "thread";
  readonly reason: string;
  readonly #settings: InThreadSettings;
  #instance: AbiInstance | undefined;

  constructor(settings: InThreadSettings) {
    this.#settings = settings;
    this.reason = settings.reason;
  }

  async start(): Promise<void> {
    if (!this.#settings.suspends) return void this.#ready(this.#guard(undefined));
    const instance = this.#instantiate();
    await instance.start();
    this.#instance = instance;
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
    const guard = this.#guard(request.timeoutMs);
    if (!guard) return this.#ready(guard).callSync(request);
    const deadline = performance.now() + Number(request.timeoutMs ?? this.#settings.timeoutMs);
    return this.#ready(guard).callSync({ ...request, deadline }, guard);
  }

  reset(): void {
    this.#discard();
  }

  close(): void {
    this.#discard();
  }

  async #callSuspending(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    if (request.timeoutMs !== undefined) throw this.#noTimeout("it waits for asynchronous imports");
    if (!this.#usable()) await this.start();
    return (this.#instance as AbiInstance).call(request);
  }

  /** The instance to call: the last call's, or a new one when that was spoilt. */
  #ready(guard: Guard | undefined): AbiInstance {
    const usable = this.#usable();
    if (usable) return usable;
    const start = () => {
      const instance = this.#instantiate();
      void instance.start(); // synchronous, since this engine does not suspend
      return instance;
    };
    this.#instance = guard ? guard(start) : start();
    return this.#instance;
  }

  #guard(timeoutMs = this.#settings.timeoutMs): Guard | undefined {
    if (timeoutMs === undefined) return undefined;
    const { createWatchdog, mayEnterApplication } = this.#settings;
    if (mayEnterApplication) throw this.#noTimeout("it could interrupt application code");
    if (!createWatchdog) throw this.#noTimeout("this platform cannot interrupt it");
    return createWatchdog(timeoutMs);
  }

  #noTimeout(why: string): PluginError {
    const { plugin } = this.#settings.sandbox;
    return new PluginError(
      "UNSUPPORTED",
      `plugin ${plugin} runs on the caller's thread, where a call cannot have a timeout (${why}): create it with timeoutMs, or with isolation "worker"`,
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
    this.#settings.sandbox.vars.recount();
  }
}
