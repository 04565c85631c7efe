import type { Abi, AbiCaller, CallRequest, Program } from "../../abi/abi.ts";
import { abortError } from "../../abort.ts";
import { PluginError } from "../../errors.ts";
import { isThenable } from "../../functions.ts";
import type { WorkerHandle } from "../../runtime/workers.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { Channel, CONTROL_BYTES, type Handover, REQUEST, type Wake } from "./channel.ts";
import { fromErrorRecord } from "./error-record.ts";
import { Mailbox } from "./mailbox.ts";
import type { StartMessage, WorkerMessage } from "./messages.ts";

/** A worker that has not loaded our code by then never will: it runs something else. */
const LOAD_TIMEOUT_MS = 30_000;

/** What a worker is to run, and how. */
export interface LineSettings {
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly wake: Wake;
  /** Whether the caller's thread may spin for an instant before it waits. */
  readonly spins: boolean;
}

/** What ends a call from outside. */
export interface CallBounds {
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One worker and the line to it, from start to death. */
export class WorkerLine {
  readonly #settings: LineSettings;
  readonly #worker: WorkerHandle;
  readonly #caller: AbiCaller;
  readonly #control = new SharedArrayBuffer(CONTROL_BYTES);
  readonly #channel = new Channel(this.#control);
  readonly #messages: Mailbox = new Mailbox();
  #terminated: Promise<void> = Promise.resolve();
  #heldBytes = 0;
  #death: PluginError | undefined;
  #onDeath: ((error: PluginError) => void) | undefined;

  constructor(settings: LineSettings, worker: WorkerHandle) {
    this.#settings = settings;
    this.#worker = worker;
    this.#caller = settings.abi.createCaller(settings.program, settings.sandbox);
    worker.onMessage((message) => this.#messages.deliver(message as WorkerMessage));
    worker.onEnd((reason) => this.kill(crashed(this.#settings.sandbox.plugin, reason)));
  }

  /** Bytes of the memories that were held after the last call. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get dead(): boolean {
    return this.#death !== undefined;
  }

  /** Waits for the worker's code, and runs the plugin's start-up functions. */
  async start(bounds: CallBounds): Promise<void> {
    await this.#loaded(bounds.signal);
    this.#worker.post(this.#startMessage());
    this.#caller.begin(undefined);
    await this.#run("(start-up)", bounds, () => this.#channel.giveToWorker(REQUEST.start));
  }

  async #loaded(signal: AbortSignal | undefined): Promise<void> {
    const { plugin } = this.#settings.sandbox;
    const silent = () => {
      const message = `the worker of plugin ${plugin} did not answer within ${LOAD_TIMEOUT_MS / 1000} s: it must run @mortise/host-sdk/worker`;
      return new PluginError("WORKER_CRASHED", message, { plugin });
    };
    const unbind = this.#bind({ timeoutMs: LOAD_TIMEOUT_MS, signal }, silent);
    try {
      await this.#unlessDead(this.#messages.next("loaded"));
    } finally {
      unbind();
    }
  }

  /** Calls an export; `fresh` on a new instance. The input has been read when this returns. */
  call(request: CallRequest, bounds: CallBounds, fresh: boolean): Promise<Uint8Array<ArrayBuffer>> {
    const index = this.#settings.program.main.description.exports.findIndex(
      ({ name }) => name === request.name,
    );
    const ownSystem = this.#caller.begin(request);
    const values = [fresh ? 1 : 0, ownSystem];
    return this.#run(request.name, bounds, () => this.#channel.giveToWorker(REQUEST.call, index, values));
  }

  /** Ends the worker, and the call that runs in it with `error`. */
  kill(error: PluginError): Promise<void> {
    if (!this.#death) {
      this.#death = error;
      this.#onDeath?.(error);
      this.#caller.abandon(error);
      this.#channel.release();
      this.#terminated = this.#worker.terminate();
    }
    return this.#terminated;
  }

  async #run(name: string, bounds: CallBounds, give: () => void): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#death) throw this.#death;
    const unbind = this.#bind(bounds, () => this.#timeout(name, bounds));
    this.#worker.keepAlive(true);
    try {
      give();
      for (;;) {
        await this.#turn();
        const order = this.#channel.take();
        if (order.request === REQUEST.serve) {
          const pending = this.#serve(order);
          if (pending) await this.#unlessDead(pending);
        } else {
          this.#heldBytes = Number(order.values[0]);
          const error = order.request === REQUEST.error ? await this.#reportedError() : undefined;
          const sent = order.values[1] ? await this.#unlessDead(this.#messages.next("output")) : undefined;
          return this.#caller.finish(name, error, sent?.bytes);
        }
      }
    } finally {
      unbind();
      if (!this.#death) this.#worker.keepAlive(false);
    }
  }

  #timeout(name: string, { timeoutMs }: CallBounds): PluginError {
    const place = { plugin: this.#settings.sandbox.plugin, export: name };
    return new PluginError(
      "TIMEOUT",
      `export ${name} of plugin ${place.plugin} ran longer than ${timeoutMs} ms`,
      place,
    );
  }

  /** Lets time, with an error of its own, and signal end the worker. Returns what undoes that. */
  #bind({ timeoutMs, signal }: CallBounds, timeout: () => PluginError): () => void {
    const onAbort = () => void this.kill(abortError(signal));
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => void this.kill(timeout()), timeoutMs);
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  }

  /** Waits for the turn. It can be announced more than once. */
  async #turn(): Promise<void> {
    if (this.#death) throw this.#death;
    const { wake, spins } = this.#settings;
    if (spins && this.#channel.spinForWorker()) return;
    do {
      await this.#unlessDead<unknown>(
        wake === "waitAsync" ? this.#channel.waitForWorker() : this.#messages.next("turn"),
      );
    } while (!this.#channel.isCallersTurn);
  }

  /** Serves an import, and hands the turn back once it has returned. */
  #serve({ index, values }: Handover): Promise<void> | undefined {
    try {
      const result = this.#caller.serve(index, values);
      if (!isThenable(result)) return void this.#giveBack(result);
      return (async () => {
        try {
          this.#giveBack(await result);
        } catch {
          this.#giveFailure();
        }
      })();
    } catch {
      this.#giveFailure(); // the caller's side keeps the error for finish()
    }
    return undefined;
  }

  #giveBack(result: unknown): void {
    if (this.#death) return;
    const values = result === undefined ? [] : Array.isArray(result) ? result : [result];
    this.#channel.giveToWorker(REQUEST.returned, 0, values);
  }

  #giveFailure(): void {
    if (!this.#death) this.#channel.giveToWorker(REQUEST.failed);
  }

  async #reportedError(): Promise<PluginError> {
    const { error } = await this.#unlessDead(this.#messages.next("error"));
    return fromErrorRecord(error);
  }

  #unlessDead<T>(promise: Promise<T>): Promise<T> {
    if (this.#death) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      this.#onDeath = reject;
      promise.then(resolve, reject);
    });
  }

  #startMessage(): StartMessage {
    const { abi, program, sandbox, wake } = this.#settings;
    return {
      abi: abi.name,
      modules: program.modules.map(({ name, module, description }) => ({ name, module, description })),
      mainIndex: program.modules.indexOf(program.main),
      plugin: sandbox.plugin,
      limits: sandbox.limits,
      config: sandbox.config,
      logPriority: sandbox.log.priority,
      memory: this.#caller.memory,
      control: this.#control,
      wake,
      imports: this.#caller.imports,
      system: this.#caller.system,
    };
  }
}

function crashed(plugin: string, reason: unknown): PluginError {
  const code = (reason as { code?: unknown } | undefined)?.code;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new PluginError("MEMORY_LIMIT", `the worker of plugin ${plugin} filled its heap`, {
      plugin,
      cause: reason,
    });
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new PluginError("WORKER_CRASHED", `the worker of plugin ${plugin} ended: ${message}`, {
    plugin,
    cause: reason,
  });
}
