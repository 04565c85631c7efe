import type { EngineExports, EngineValue } from "./engine-api.ts";
import { ADAPTER_FUNCTIONS, ADAPTER_TABLE } from "./engine-exports.ts";
import { BuildError } from "./errors.ts";
import { NATIVES } from "./natives.ts";

export const UNDEFINED: EngineValue = 3n << 32n;
const EXCEPTION_TAG = 6n;
const MODULE_AND_COMPILE_ONLY = 0b100001;
/** Bytecode without the source text: a plugin needs it for nothing but `Function.prototype.toString`. */
const WRITE_BYTECODE_STRIP_SOURCE = 0b010001;
const STRIP_POSITIONS = 0b100000;
const READ_BYTECODE = 1;
const GENERIC_MAGIC = 1;
const LENGTH_CELL = 64;

/**
 * Stack the engine may use, in bytes. It has to run out before the *host's* own wasm stack does: that overflow
 * no guest can catch, and it leaves the engine corrupt.
 */
const MAX_STACK_BYTES = 65_536;

/** Fixed addresses of the adapter (adapter/adapter.wat). */
export const ADDRESS = {
  context: 16,
  invoke: 24,
  rejection: 32,
  scratch: 48,
  messages: 1024,
  messagesEnd: 1536,
} as const;

/** Wasm functions that stand for the host's clock and random numbers while a plugin is built. */
export interface BuildClocks {
  readonly clock: unknown;
  readonly random: unknown;
}

export type PromiseState = "pending" | "fulfilled" | "rejected";

/** A QuickJS engine in this process, through its C API. */
export class Engine {
  readonly exports: EngineExports;
  readonly context: number;
  readonly runtime: number;
  readonly #adapter: number;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  private constructor(instance: WebAssembly.Instance, clocks: BuildClocks) {
    this.exports = instance.exports as unknown as EngineExports;
    this.#adapter = this.exports.__indirect_function_table.length - ADAPTER_FUNCTIONS;
    this.setTable(ADAPTER_TABLE.clock, clocks.clock);
    this.setTable(ADAPTER_TABLE.random, clocks.random);
    this.exports._initialize();
    if (this.exports.qjs_init() !== 0)
      throw new BuildError([{ message: "the JavaScript engine did not start" }]);
    this.context = this.exports.qjs_get_context_ptr();
    this.runtime = this.exports.qjs_get_runtime_ptr();
    this.exports.JS_SetMaxStackSize(this.runtime, MAX_STACK_BYTES);
  }

  /** Starts QuickJS in an instance that has not run yet. */
  static start(instance: WebAssembly.Instance, clocks: BuildClocks): Engine {
    return new Engine(instance, clocks);
  }

  /** Replaces one of the adapter's functions by a wasm function of this process. */
  setTable(element: number, wasmFunction: unknown): void {
    this.exports.__indirect_function_table.set(this.#adapter + element, wasmFunction);
  }

  /** Puts `globalThis.__mortise.natives` in place.  */
  installNatives(): void {
    const native = this.#adapter + ADAPTER_TABLE.native;
    const natives = this.exports.JS_NewObject(this.context);
    for (const [magic, [name, argumentCount]] of NATIVES.entries()) {
      const fn = this.#withText(name, (text) =>
        this.exports.JS_NewCFunction2(this.context, native, text, argumentCount, GENERIC_MAGIC, magic),
      );
      this.setProperty(natives, name, fn);
    }
    const holder = this.exports.JS_NewObject(this.context);
    this.setProperty(holder, "natives", natives);
    const global = this.exports.JS_GetGlobalObject(this.context);
    this.setProperty(global, "__mortise", holder);
    this.free(global);
    this.exports.JS_SetHostPromiseRejectionTracker(this.runtime, this.#adapter + ADAPTER_TABLE.rejection, 0);
    new DataView(this.exports.memory.buffer).setUint32(ADDRESS.context, this.context, true);
  }

  /**
   * Compiles a module without running it. Without positions its frames name functions only, which saves space.
   * Undefined means an exception is pending.
   */
  compile(code: string, filename: string, positions: boolean): Uint8Array | undefined {
    const { context, exports } = this;
    const module = this.#withText(code, (text, length) =>
      this.#withText(filename, (name) =>
        exports.JS_Eval(context, text, length, name, MODULE_AND_COMPILE_ONLY),
      ),
    );
    if (isException(module)) return undefined;
    const flags = positions ? WRITE_BYTECODE_STRIP_SOURCE : WRITE_BYTECODE_STRIP_SOURCE | STRIP_POSITIONS;
    const bytecode = exports.JS_WriteObject(context, LENGTH_CELL, module, flags);
    if (bytecode === 0) return undefined;
    const copy = new Uint8Array(exports.memory.buffer, bytecode, this.#lengthCell()).slice();
    exports.js_free(context, bytecode);
    return copy;
  }

  /** Loads a compiled module and starts it. `run` is its promise; either value can be an exception. */
  load(bytecode: Uint8Array): { module: number; run: EngineValue } {
    const { context, exports } = this;
    const address = exports.malloc(bytecode.length);
    new Uint8Array(exports.memory.buffer).set(bytecode, address);
    const module = exports.JS_ReadObject(context, address, bytecode.length, READ_BYTECODE);
    // Freed memory is part of the snapshot too: leave nothing in it.
    new Uint8Array(exports.memory.buffer).fill(0, address, address + bytecode.length);
    exports.free(address);
    if (isException(module) || exports.JS_ResolveModule(context, module) < 0)
      return { module: 0, run: EXCEPTION_TAG << 32n };
    return { module: Number(module & 0xffffffffn), run: exports.JS_EvalFunction(context, module) };
  }

  namespaceOf(module: number): EngineValue {
    return this.exports.JS_GetModuleNamespace(this.context, module);
  }

  /** Runs microtasks until none is left. False means that one threw, and its exception is pending. */
  runJobs(): boolean {
    while (this.exports.JS_IsJobPending(this.runtime) !== 0) {
      if (this.exports.JS_ExecutePendingJob(this.runtime, LENGTH_CELL) < 0) return false;
    }
    return true;
  }

  promiseState(promise: EngineValue): PromiseState {
    const states: readonly PromiseState[] = ["pending", "fulfilled", "rejected"];
    return states[this.exports.JS_PromiseState(this.context, promise)] ?? "fulfilled";
  }

  /** Calls a function with one argument at most; takes ownership of neither. */
  call(fn: EngineValue, argument: EngineValue = UNDEFINED): EngineValue {
    const argv = this.exports.malloc(8);
    new DataView(this.exports.memory.buffer).setBigUint64(argv, BigInt.asUintN(64, argument), true);
    const result = this.exports.JS_Call(this.context, fn, UNDEFINED, 1, argv);
    this.exports.free(argv);
    return result;
  }

  property(object: EngineValue, name: string): EngineValue {
    return this.#withText(name, (text) => this.exports.JS_GetPropertyStr(this.context, object, text));
  }

  setProperty(object: EngineValue, name: string, value: EngineValue): void {
    this.#withText(name, (text) => this.exports.JS_SetPropertyStr(this.context, object, text, value));
  }

  /** The text of a string value, which is released. */
  takeText(value: EngineValue): string {
    const address = this.exports.JS_ToCStringLen2(this.context, LENGTH_CELL, value, 0);
    const text = this.#decoder.decode(
      new Uint8Array(this.exports.memory.buffer, address, this.#lengthCell()),
    );
    this.exports.JS_FreeCString(this.context, address);
    this.free(value);
    return text;
  }

  takeException(): EngineValue {
    return this.exports.JS_GetException(this.context);
  }

  free(value: EngineValue): void {
    this.exports.JS_FreeValue(this.context, value);
  }

  #lengthCell(): number {
    return new DataView(this.exports.memory.buffer).getUint32(LENGTH_CELL, true);
  }

  #withText<T>(value: string, use: (address: number, length: number) => T): T {
    const bytes = this.#encoder.encode(value);
    const address = this.exports.malloc(bytes.length + 1);
    const memory = new Uint8Array(this.exports.memory.buffer);
    memory.set(bytes, address);
    memory[address + bytes.length] = 0;
    try {
      return use(address, bytes.length);
    } finally {
      this.exports.free(address);
    }
  }
}

export function isException(value: EngineValue): boolean {
  return BigInt.asUintN(64, value) >> 32n === EXCEPTION_TAG;
}
