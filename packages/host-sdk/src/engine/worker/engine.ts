import { checkNotAborted, unlessAborted } from "../../abort.ts";
import { PluginError } from "../../errors.ts";
import type { WorkerHandle } from "../../runtime/workers.ts";
import type { Engine, EngineCall } from "../engine.ts";
import { type CallBounds, type LineSettings, WorkerLine } from "./line.ts";

export interface WorkerEngineSettings extends LineSettings {
  readonly startWorker: () => WorkerHandle;
  /** Longest time for start-up and for each call, in milliseconds. */
  readonly timeoutMs: number | undefined;
  readonly reason: string;
}

/**
 * Starts a plugin in a worker of its own.
 * @param signal gives the start-up up
 */
export async function createWorkerEngine(
  settings: WorkerEngineSettings,
  signal: AbortSignal | undefined,
): Promise<Engine> {
  const engine = new WorkerEngine(settings);
  await engine.start(signal);
  return engine;
}

class WorkerEngine implements Engine {
  readonly isolation = "worker";
  readonly reason: string;
  readonly #settings: WorkerEngineSettings;
  /** The worker that calls run in, or that is being started for them. */
  #line: WorkerLine | undefined;
  #starting: Promise<WorkerLine> | undefined;
  #fresh = false;
  #closed: PluginError | undefined;

  constructor(settings: WorkerEngineSettings) {
    this.#settings = settings;
    this.reason = settings.reason;
  }

  get heldBytes(): number {
    return this.#line?.heldBytes ?? 0;
  }

  async start(signal: AbortSignal | undefined): Promise<void> {
    await this.#ready(signal);
  }

  call(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    const line = this.#line;
    if (line && !line.dead && !this.#starting) return this.#callOn(line, request);
    const copied = typeof request.input === "string" ? request : { ...request, input: request.input.slice() };
    return this.#callWhenReady(copied);
  }

  callSync(): never {
    throw new PluginError(
      "UNSUPPORTED",
      `plugin ${this.#settings.sandbox.plugin} runs in a worker (${this.reason}): use call instead of callSync`,
    );
  }

  reset(): void {
    this.#fresh = true;
  }

  async close(): Promise<void> {
    const { plugin } = this.#settings.sandbox;
    this.#closed = new PluginError("PLUGIN_CLOSED", `plugin ${plugin} was closed`, { plugin });
    await this.#line?.kill(this.#closed);
  }

  async #callWhenReady(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    const line = await unlessAborted(this.#ready(undefined), request.signal);
    checkNotAborted(request.signal);
    return this.#callOn(line, request);
  }

  async #callOn(line: WorkerLine, request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const output = line.call(request, this.#bounds(request.timeoutMs, request.signal), this.#fresh);
      this.#fresh = false; // not before the worker was told so
      return await output;
    } finally {
      if (line.dead) this.#replace();
    }
  }

  #bounds(timeoutMs: number | undefined, signal: AbortSignal | undefined): CallBounds {
    return { timeoutMs: timeoutMs ?? this.#settings.timeoutMs, signal };
  }

  /** Has a fresh worker stand ready for the next call, which will meet the error if it cannot be had. */
  #replace(): void {
    this.#settings.sandbox.vars.recount();
    if (!this.#closed) this.#ready(undefined).catch(() => undefined);
  }

  async #ready(signal: AbortSignal | undefined): Promise<WorkerLine> {
    if (this.#starting) return this.#starting;
    if (this.#line && !this.#line.dead) return this.#line;
    if (this.#closed) throw this.#closed;
    this.#starting = this.#startLine(signal).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startLine(signal: AbortSignal | undefined): Promise<WorkerLine> {
    const line = new WorkerLine(this.#settings, this.#settings.startWorker());
    this.#line = line;
    this.#fresh = false;
    try {
      await line.start(this.#bounds(undefined, signal));
      return line;
    } catch (error) {
      await line.kill(new PluginError("WORKER_CRASHED", "the plugin did not start"));
      throw error;
    }
  }
}
