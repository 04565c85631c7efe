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

/** Starts a plugin in a worker of its own. */
export async function createWorkerEngine(settings: WorkerEngineSettings): Promise<Engine> {
  const engine = new WorkerEngine(settings);
  await engine.start();
  return engine;
}

class WorkerEngine implements Engine {
  readonly isolation = "worker";
  readonly reason: string;
  readonly #settings: WorkerEngineSettings;
  #line: WorkerLine | undefined;
  #starting: Promise<WorkerLine> | undefined;
  #fresh = false;
  #closed = false;

  constructor(settings: WorkerEngineSettings) {
    this.#settings = settings;
    this.reason = settings.reason;
  }

  async start(): Promise<void> {
    await this.#ready();
  }

  call(request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    const line = this.#line;
    if (line && !line.dead) return this.#callOn(line, request);
    const copied = typeof request.input === "string" ? request : { ...request, input: request.input.slice() };
    return this.#ready().then((started) => this.#callOn(started, copied));
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
    this.#closed = true;
    const { plugin } = this.#settings.sandbox;
    const closed = new PluginError("PLUGIN_CLOSED", `plugin ${plugin} was closed`, { plugin });
    const line = this.#line ?? (await this.#starting?.catch(() => undefined));
    await line?.kill(closed);
  }

  async #callOn(line: WorkerLine, request: EngineCall): Promise<Uint8Array<ArrayBuffer>> {
    const fresh = this.#fresh;
    this.#fresh = false;
    try {
      return await line.call(request, this.#bounds(request), fresh);
    } finally {
      if (line.dead) this.#replace();
    }
  }

  #bounds({ timeoutMs, signal }: Pick<EngineCall, "timeoutMs" | "signal">): CallBounds {
    return { timeoutMs: timeoutMs ?? this.#settings.timeoutMs, signal };
  }

  /** Has a fresh worker stand ready for the next call, which will meet the error if it cannot be had. */
  #replace(): void {
    this.#line = undefined;
    this.#settings.sandbox.vars.recount();
    if (!this.#closed) this.#ready().catch(() => undefined);
  }

  async #ready(): Promise<WorkerLine> {
    if (this.#line && !this.#line.dead) return this.#line;
    this.#starting ??= this.#startLine();
    try {
      this.#line = await this.#starting;
      return this.#line;
    } finally {
      this.#starting = undefined;
    }
  }

  async #startLine(): Promise<WorkerLine> {
    const line = new WorkerLine(this.#settings, this.#settings.startWorker());
    try {
      await line.start(this.#bounds({ timeoutMs: undefined, signal: undefined }));
      return line;
    } catch (error) {
      await line.kill(new PluginError("WORKER_CRASHED", "the plugin did not start"));
      throw error;
    }
  }
}
