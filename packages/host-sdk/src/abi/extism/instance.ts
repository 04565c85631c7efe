import { PluginError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { ModuleExport } from "../../wasm/types.ts";
import type { AbiInstance, CallRequest, InstantiateOptions, Program } from "../abi.ts";
import { type LinkedModule, linkProgram } from "../link.ts";
import { Boundary } from "./boundary.ts";
import { offerDirectTransfer } from "./direct.ts";
import { formatType } from "./functions.ts";
import { createOffer, type GuestOffer } from "./offer.ts";
import { type CallPlace, outcomeOfReturn, outcomeOfThrow } from "./outcome.ts";
import { startUpFunctions } from "./start-up.ts";
import { promising } from "./suspension.ts";

/** A command's main function, which is over once it has run. */
const COMMAND_EXPORT = "_start";

type GuestFunction = () => unknown;

/** A running plugin that speaks the Extism ABI. */
export class ExtismInstance implements AbiInstance {
  readonly #boundary: Boundary;
  readonly #offer: GuestOffer;
  readonly #modules: readonly LinkedModule[];
  readonly #main: LinkedModule;
  readonly #suspends: boolean;
  readonly #exports = new Map<string, GuestFunction>();
  #spoilt = false;

  constructor(program: Program, sandbox: Sandbox, options: InstantiateOptions) {
    this.#boundary = new Boundary(sandbox);
    this.#suspends = options.suspends;
    this.#offer = createOffer(this.#boundary);
    this.#boundary.begin("", undefined);
    this.#modules = this.#link(program);
    this.#main = this.#modules.find((module) => module.source === program.main) as LinkedModule;
    for (const module of this.#modules) offerDirectTransfer(this.#boundary, module);
  }

  get spoilt(): boolean {
    return this.#spoilt;
  }

  start(): void | Promise<void> {
    const steps = this.#modules.flatMap(startUpFunctions);
    return this.#suspends ? this.#startSuspending(steps) : this.#startSync(steps);
  }

  callSync(request: CallRequest): Uint8Array<ArrayBuffer> {
    const run = this.#exportNamed(request.name);
    this.#enter(request);
    let code: unknown;
    try {
      code = run();
    } catch (thrown) {
      return this.#leaveByThrow(request.name, thrown);
    }
    return this.#leaveByReturn(request.name, code);
  }

  async call(request: CallRequest): Promise<Uint8Array<ArrayBuffer>> {
    const run = this.#exportNamed(request.name);
    this.#enter(request);
    let code: unknown;
    try {
      code = await promising(run)();
    } catch (thrown) {
      return this.#leaveByThrow(request.name, thrown);
    }
    return this.#leaveByReturn(request.name, code);
  }

  close(): void {
    this.#offer.system()?.close();
  }

  #link(program: Program): LinkedModule[] {
    try {
      return linkProgram(program, this.#offer);
    } catch (thrown) {
      if (thrown instanceof PluginError && !this.#boundary.failure) throw thrown;
      outcomeOfThrow(this.#boundary, [], this.#place("(start)"), thrown);
      throw thrown;
    }
  }

  #startSync(steps: ReturnType<typeof startUpFunctions>): void {
    for (const { name, run, args } of steps) {
      let code: unknown;
      try {
        code = run(...args);
      } catch (thrown) {
        this.#leaveByThrow(name, thrown);
        continue;
      }
      this.#leaveByReturn(name, name === "hs_init" ? 0 : code);
    }
    this.#boundary.end();
  }

  async #startSuspending(steps: ReturnType<typeof startUpFunctions>): Promise<void> {
    for (const { name, run, args } of steps) {
      this.#startSync([{ name, run: await settled(promising(run)(...args)), args: [] }]);
    }
    this.#boundary.end();
  }

  #enter(request: CallRequest): void {
    this.#boundary.begin(request.input, request.hostContext);
    this.#offer.system()?.beginCall();
    // Until the guest has returned, its state is not to be trusted: an interruption need not pass through here again.
    this.#spoilt = true;
  }

  #leaveByReturn(name: string, code: unknown): Uint8Array<ArrayBuffer> {
    this.#spoilt = name === COMMAND_EXPORT || this.#boundary.failure !== undefined;
    this.#offer.system()?.endCall();
    try {
      return outcomeOfReturn(this.#boundary, this.#modules, this.#place(name), code);
    } finally {
      this.#boundary.end();
    }
  }

  #leaveByThrow(name: string, thrown: unknown): Uint8Array<ArrayBuffer> {
    this.#spoilt = true;
    this.#offer.system()?.endCall();
    return outcomeOfThrow(this.#boundary, this.#modules, this.#place(name), thrown);
  }

  #place(name: string): CallPlace {
    return { plugin: this.#boundary.sandbox.plugin, export: name };
  }

  #exportNamed(name: string): GuestFunction {
    let run = this.#exports.get(name);
    if (!run) {
      run = this.#findExport(name);
      this.#exports.set(name, run);
    }
    return run;
  }

  #findExport(name: string): GuestFunction {
    const { description } = this.#main.source;
    const entry = description.exports.find((candidate) => candidate.name === name);
    const run = this.#main.exports[name];
    if (entry && isCallable(entry) && typeof run === "function" && run.length === 0) return run as GuestFunction;
    const place = this.#place(name);
    if (!entry) {
      const close = nearest(name, callableExports(description.exports));
      const hint = close === undefined ? "" : `; did you mean ${close}?`;
      throw new PluginError("EXPORT_MISSING", `plugin ${place.plugin} has no export ${name}${hint}`, place);
    }
    const what =
      entry.kind !== "function" ? `a ${entry.kind}` : entry.type ? `a function ${formatType(entry.type)}` : "a function with parameters";
    throw new PluginError(
      "EXPORT_MISSING",
      `export ${name} of plugin ${place.plugin} is ${what}; only functions () → () and () → i32 can be called`,
      place,
    );
  }
}

/** Whether an export can be called with bytes, as far as its type is known. */
export function isCallable(entry: ModuleExport): boolean {
  if (entry.kind !== "function") return false;
  if (!entry.type) return true;
  const { params, results } = entry.type;
  return params.length === 0 && (results.length === 0 || (results.length === 1 && results[0] === "i32"));
}

/** Names of the exports that can be called with bytes. */
export function callableExports(exports: readonly ModuleExport[]): string[] {
  return exports.filter(isCallable).map((entry) => entry.name);
}

/** A function that returns, or throws, as a promise did. */
async function settled(promise: Promise<unknown>): Promise<() => unknown> {
  try {
    const value = await promise;
    return () => value;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
}
