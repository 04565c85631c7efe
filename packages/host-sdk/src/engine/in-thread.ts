import type { Abi, AbiInstance, Program } from "../abi/abi.ts";
import { PluginError } from "../errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Engine, EngineCall } from "./engine.ts";

export interface InThreadSettings {
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly suspends: boolean;
  readonly reason: string;
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
    return this.#ready().callSync(request);
  }

  reset(): void {
    this.#discard();
  }

  close(): void {
    this.#discard();
  }

  async #callSuspending(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#usable()) await this.start();
    return this.#ready().call(request);
  }

  /** The instance to call: the last call's, or a new one when that was spoilt. */
  #ready(): AbiInstance {
    const usable = this.#usable();
    if (usable) return usable;
    const instance = this.#instantiate();
    void instance.start(); // synchronous: this engine does not suspend
    this.#instance = instance;
    return instance;
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
