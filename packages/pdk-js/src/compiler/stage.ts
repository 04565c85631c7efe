import type { PluginShape } from "../guest/runtime/index.ts";
import { type BuildHostEvents, createBuildClocks, createBuildHost, type LogLine } from "./build-host.ts";
import { ADDRESS, Engine, isException, UNDEFINED } from "./engine.ts";
import type { EngineValue } from "./engine-api.ts";
import { IMPORT_SLOTS } from "./engine-exports.ts";
import { BuildError } from "./errors.ts";
import { wrapAsWasmFunction } from "./forwarder.ts";
import type { EngineImage } from "./library.ts";

export interface StageOptions {
  readonly image: EngineImage;
  /** Milliseconds that top-level code may run. */
  readonly timeoutMs: number;
  /** Turns a message and an engine stack into the error of this build. */
  readonly fail: (message: string, stack: string) => BuildError;
}

/** Something at top level that will be the same in every instance. */
export interface FrozenRead {
  readonly what: string;
  readonly stack: string;
}

export interface Evaluation {
  readonly engine: Engine;
  /** The engine's stack pointer when nothing runs. */
  readonly stackTop: number;
  readonly shape: PluginShape;
  readonly frozen: readonly FrozenRead[];
  readonly logs: readonly LogLine[];
}

/** An engine in the build process with its host. */
export class Stage {
  readonly engine: Engine;
  readonly #stackTop: number;
  readonly #options: StageOptions;
  readonly #frozen: FrozenRead[] = [];
  readonly #logs: LogLine[] = [];
  #watching = false;

  private constructor(options: StageOptions, instantiate: (events: BuildHostEvents) => Engine) {
    this.#options = options;
    this.engine = instantiate({
      forbidden: (what) => {
        const message = `${what} cannot be used at top level: that code runs when the plugin is built, so call it inside an exported function`;
        throw options.fail(message, this.stack());
      },
      frozen: (what) => {
        if (this.#watching) this.#frozen.push({ what, stack: this.stack() });
      },
      log: (line) => this.#logs.push(line),
    });
    this.#stackTop = this.engine.exports.__stack_pointer.value as number;
  }

  static async create(options: StageOptions): Promise<Stage> {
    // The host needs the stage, and the stage its engine: the events are bound once all of them are there.
    let events: BuildHostEvents | undefined;
    const late: BuildHostEvents = {
      forbidden: (what) => events!.forbidden(what),
      frozen: (what) => events!.frozen(what),
      log: (line) => events!.log(line),
    };
    const instance = await WebAssembly.instantiate(options.image.module, createBuildHost(late, IMPORT_SLOTS));
    const { memory } = instance.exports as { memory: WebAssembly.Memory };
    const clocks = createBuildClocks(late, memory);
    const stage = new Stage(options, (bound) => {
      events = bound;
      return Engine.start(instance, clocks);
    });
    stage.engine.installNatives();
    return stage;
  }

  /** From here on, what runs is the plugin: its time counts, and so does what it reads. */
  watch(): void {
    this.#watching = true;
    const { engine } = this;
    const deadline = performance.now() + this.#options.timeoutMs;
    const check = wrapAsWasmFunction(["i32", "i32"], () => {
      if (performance.now() > deadline) throw this.#timedOut();
      return 0;
    });
    const table = engine.exports.__indirect_function_table;
    const index = table.grow(1);
    table.set(index, check);
    engine.exports.JS_SetInterruptHandler(engine.runtime, index, 0);
    this.#setHook(ADDRESS.invoke, "invoke");
    this.#setHook(ADDRESS.rejection, "trackRejection");
  }

  /** Runs a module to the end of its start-up. Returns its address in the engine. */
  run(bytecode: Uint8Array): number {
    const { engine } = this;
    const { module, run } = this.#guard(() => {
      const loaded = engine.load(bytecode);
      if (!isException(loaded.run) && !engine.runJobs()) throw this.pendingError();
      return loaded;
    });
    if (isException(run)) throw this.pendingError();
    const state = engine.promiseState(run);
    if (state === "rejected") throw this.#errorFrom(engine.exports.JS_PromiseResult(engine.context, run));
    if (state === "pending") {
      throw this.#options.fail(
        "a top-level await never settles: nothing that could resolve it can happen during the build",
        "",
      );
    }
    engine.free(run);
    return module;
  }

  finish(module: number): Evaluation {
    const { engine } = this;
    const shape = JSON.parse(
      engine.takeText(this.#callHook("seal", engine.namespaceOf(module))),
    ) as PluginShape;
    engine.exports.JS_SetInterruptHandler(engine.runtime, 0, 0);
    engine.exports.JS_RunGC(engine.runtime);
    return { engine, stackTop: this.#stackTop, shape, frozen: this.#frozen, logs: this.#logs };
  }

  pendingError(): BuildError {
    return this.#errorFrom(this.engine.takeException());
  }

  /** The engine's stack at this moment; only valid while guest code runs. */
  stack(): string {
    return this.engine.takeText(this.#callHook("stack", UNDEFINED));
  }

  #errorFrom(thrown: EngineValue): BuildError {
    const hook = this.#hook("describe");
    if (hook === undefined) return this.#options.fail(...this.#describeByHand(thrown));
    const text = this.engine.takeText(this.engine.call(hook, thrown));
    this.engine.free(thrown);
    const at = text.indexOf("\n");
    return this.#options.fail(at < 0 ? text : text.slice(0, at), at < 0 ? "" : text.slice(at + 1));
  }

  /** A syntax error, in an engine where the runtime has not run yet. */
  #describeByHand(thrown: EngineValue): [message: string, stack: string] {
    const { engine } = this;
    return [
      `${engine.takeText(engine.property(thrown, "name"))}: ${engine.takeText(engine.property(thrown, "message"))}`,
      engine.takeText(engine.property(thrown, "stack")),
    ];
  }

  /** Only a trap of the engine itself comes out as something else than a BuildError. */
  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      if (thrown instanceof BuildError) throw thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw this.#options.fail(`the JavaScript engine failed while top-level code ran: ${reason}`, "");
    }
  }

  #timedOut(): BuildError {
    const message = `top-level code ran for more than ${this.#options.timeoutMs} ms: is there an endless loop?`;
    return this.#options.fail(message, this.stack());
  }

  #hook(name: string): EngineValue | undefined {
    const { engine } = this;
    const global = engine.exports.JS_GetGlobalObject(engine.context);
    const holder = engine.property(global, "__mortise");
    const hooks = engine.property(holder, "hooks");
    const hook = isObject(hooks) ? engine.property(hooks, name) : undefined;
    for (const value of [global, holder, hooks]) engine.free(value);
    return hook !== undefined && isObject(hook) ? hook : undefined;
  }

  #callHook(name: string, argument: EngineValue): EngineValue {
    const hook = this.#hook(name)!;
    const result = this.engine.call(hook, argument);
    this.engine.free(hook);
    if (isException(result)) throw this.pendingError();
    return result;
  }

  /** Keeps the hook's value where the adapter looks for it; the reference is never released. */
  #setHook(address: number, name: string): void {
    const view = new DataView(this.engine.exports.memory.buffer);
    view.setBigUint64(address, BigInt.asUintN(64, this.#hook(name)!), true);
  }
}

/** Objects have the tag -1 (quickjs.h). */
function isObject(value: EngineValue): boolean {
  return BigInt.asUintN(64, value) >> 32n === 0xffffffffn;
}
