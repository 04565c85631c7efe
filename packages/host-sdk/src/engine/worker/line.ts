import type { Abi, AbiCaller, CallRequest, Program } from "../../abi/abi.ts";
import { abortError } from "../../abort.ts";
import { PluginError } from "../../errors.ts";
import { isThenable } from "../../functions.ts";
import type { WorkerHandle } from "../../runtime/workers.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { Channel, CONTROL_BYTES, type Handover, REQUEST, type Wake } from "./channel.ts";
import { fromErrorRecord } from "./error-record.ts";
import type { StartMessage, WorkerMessage } from "./messages.ts";

/** What a worker is to run, and how. */
export interface LineSettings {
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly wake: Wake;
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
  #death: PluginError | undefined;
  #onDeath: ((error: PluginError) => void) | undefined;

  constructor(settings: LineSettings, worker: WorkerHandle) {
    this.#settings = settings;
    this.#worker = worker;
    this.#caller = settings.abi.createCaller(settings.program, settings.sandbox);
    worker.onMessage((message) => this.#messages.deliver(message as WorkerMessage));
    worker.onEnd((reason) => this.kill(crashed(this.#settings.sandbox.plugin, reason)));
  }

  get dead(): boolean {
    return this.#death !== undefined;
  }

  /** Waits for the worker's code, and runs the plugin's start-up functions. */
  async start(bounds: CallBounds): Promise<void> {
    await this.#unlessDead(this.#messages.next("loaded"));
    this.#worker.post(this.#startMessage());
    this.#caller.begin(undefined);
    await this.#run("(start-up)", bounds, () => this.#channel.giveToWorker(REQUEST.start));
  }

  /** Calls an export; `fresh` on a new instance. The input has been read when this returns. */
  call(request: CallRequest, bounds: CallBounds, fresh: boolean): Promise<Uint8Array<ArrayBuffer>> {
    const index = this.#settings.program.main.description.exports.findIndex(({ name }) => name === request.name);
    const ownSystem = this.#caller.begin(request);
    const values = [fresh ? 1 : 0, ownSystem];
    return this.#run(request.name, bounds, () => this.#channel.giveToWorker(REQUEST.call, index, values));
  }

  /** Ends the worker, and the call that runs in it with `error`. */
  kill(error: PluginError): Promise<void> {
    if (this.#death) return Promise.resolve();
    this.#death = error;
    this.#onDeath?.(error);
    this.#channel.release();
    return this.#worker.terminate();
  }

  async #run(name: string, bounds: CallBounds, give: () => void): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#death) throw this.#death;
    const unbind = this.#bind(name, bounds);
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
          return this.#caller.finish(name, order.request === REQUEST.error ? await this.#reportedError() : undefined);
        }
      }
    } finally {
      unbind();
      if (!this.#death) this.#worker.keepAlive(false);
    }
  }

  /** Lets time and signal end the call. Returns what undoes that. */
  #bind(name: string, { timeoutMs, signal }: CallBounds): () => void {
    const place = { plugin: this.#settings.sandbox.plugin, export: name };
    const onAbort = () => void this.kill(abortError(signal));
    const onTime = () => {
      const message = `export ${name} of plugin ${place.plugin} ran longer than ${timeoutMs} ms`;
      void this.kill(new PluginError("TIMEOUT", message, place));
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
    signal?.addEventListener("abort", onAbort);
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  }

  #turn(): Promise<unknown> {
    const { wake } = this.#settings;
    return this.#unlessDead<unknown>(wake === "waitAsync" ? this.#channel.waitForWorker() : this.#messages.next("turn"));
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

type MessageOf<Type extends WorkerMessage["type"]> = Extract<WorkerMessage, { type: Type }>;

/** Messages by type, each taken once, whether it was awaited before it came or after. */
class Mailbox {
  readonly #arrived = new Map<string, WorkerMessage>();
  readonly #awaited = new Map<string, (message: WorkerMessage) => void>();

  deliver(message: WorkerMessage): void {
    const take = this.#awaited.get(message.type);
    this.#awaited.delete(message.type);
    if (take) take(message);
    else this.#arrived.set(message.type, message);
  }

  next<Type extends WorkerMessage["type"]>(type: Type): Promise<MessageOf<Type>> {
    const arrived = this.#arrived.get(type);
    this.#arrived.delete(type);
    if (arrived) return Promise.resolve(arrived as MessageOf<Type>);
    return new Promise((resolve) => this.#awaited.set(type, resolve as (message: WorkerMessage) => void));
  }
}

function crashed(plugin: string, reason: unknown): PluginError {
  const code = (reason as { code?: unknown } | undefined)?.code;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new PluginError("MEMORY_LIMIT", `the worker of plugin ${plugin} filled its heap`, { plugin, cause: reason });
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new PluginError("WORKER_CRASHED", `the worker of plugin ${plugin} ended: ${message}`, { plugin, cause: reason });
}
