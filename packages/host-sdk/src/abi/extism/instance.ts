import { PluginError } from "../../errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { AbiInstance, CallRequest, Guard, InstantiateOptions, Program } from "../abi.ts";
import { type LinkedModule, linkProgram } from "../link.ts";
import { promising, suspendable } from "../suspension.ts";
import { Boundary } from "./boundary.ts";
import { type Dialect, STANDARD } from "./dialect.ts";
import { offerDirectTransfer } from "./direct.ts";
import { COMMAND_EXPORT, notCallable, requireCallable } from "./exports.ts";
import { createOffer, type GuestOffer } from "./offer.ts";
import { type CallPlace, outcomeOfReturn, outcomeOfThrow } from "./outcome.ts";
import { createExchange, createForwarders } from "./remote.ts";
import { startUpFunctions } from "./start-up.ts";

type GuestFunction = () => unknown;

/** What start-up functions find: no input. */
const NO_CALL = { input: "", hostContext: undefined };

/** A running plugin that speaks the Extism ABI. */
export class ExtismInstance implements AbiInstance {
  readonly #boundary: Boundary;
  readonly #offer: GuestOffer;
  readonly #modules: readonly LinkedModule[];
  readonly #main: LinkedModule;
  readonly #suspends: boolean;
  readonly #exports = new Map<string, GuestFunction>();
  #memories: readonly WebAssembly.Memory[] | undefined;
  /** Also until the start-up functions have returned. */
  #spoilt = true;

  constructor(program: Program, sandbox: Sandbox, options: InstantiateOptions, dialect: Dialect = STANDARD) {
    const { suspends, remote } = options;
    this.#suspends = suspends;
    this.#boundary = new Boundary(sandbox, remote && { memory: remote.memory, side: "guest" }, dialect);
    this.#offer = createOffer(this.#boundary, {
      suspendable,
      forwarder: remote && createForwarders(this.#boundary, remote),
      exchange: remote && createExchange(this.#boundary, remote),
    });
    this.#boundary.begin(NO_CALL);
    this.#modules = this.#link(program);
    this.#main = this.#modules.find((module) => module.source === program.main) as LinkedModule;
    offerDirectTransfer(this.#boundary, this.#main);
  }

  /** The module that is called. */
  get main(): LinkedModule {
    return this.#main;
  }

  get spoilt(): boolean {
    return this.#spoilt;
  }

  get heldBytes(): number {
    this.#memories ??= memoriesOf(this.#boundary, this.#modules);
    return this.#memories.reduce((total, memory) => total + memory.buffer.byteLength, 0);
  }

  start(signal?: AbortSignal): void | Promise<void> {
    const steps = this.#modules.flatMap((module) => startUpFunctions(module, this.#boundary.dialect));
    return this.#suspends ? this.#startSuspending(steps, signal) : this.#startSync(steps);
  }

  callSync(request: CallRequest, guard?: Guard): Uint8Array<ArrayBuffer> {
    const run = this.#exportNamed(request.name);
    this.#enter(request);
    let code: unknown;
    try {
      code = guard ? guard(run) : run();
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
    // A suspended guest could go on when its promise settles.
    if (!this.#spoilt && !this.#suspends) this.#boundary.release();
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
    this.#spoilt = false;
  }

  async #startSuspending(
    steps: ReturnType<typeof startUpFunctions>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (const { name, run, args } of steps) {
      this.#boundary.signal = signal;
      this.#spoilt = true;
      this.#startSync([{ name, run: await settled(promising(run)(...args)), args: [] }]);
    }
    this.#startSync([]);
  }

  #enter(request: CallRequest): void {
    this.#boundary.begin(request);
    this.#offer.system()?.beginCall(request);
    // Until the guest has returned, its state is not to be trusted: an interruption need not pass through here again.
    this.#spoilt = true;
  }

  #leaveByReturn(name: string, code: unknown): Uint8Array<ArrayBuffer> {
    this.#endSystemCall();
    this.#spoilt = name === COMMAND_EXPORT || this.#boundary.failure !== undefined;
    try {
      return outcomeOfReturn(this.#boundary, this.#modules, this.#place(name), code);
    } finally {
      this.#boundary.end();
    }
  }

  #leaveByThrow(name: string, thrown: unknown): Uint8Array<ArrayBuffer> {
    this.#spoilt = true;
    this.#endSystemCall();
    return outcomeOfThrow(this.#boundary, this.#modules, this.#place(name), thrown);
  }

  /** Hands on what standard streams hold back, at which the application's own code may fail. */
  #endSystemCall(): void {
    try {
      this.#offer.system()?.endCall();
    } catch (error) {
      this.#boundary.fail(error, "a standard stream");
    }
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
    const place = this.#place(name);
    const { dialect } = this.#boundary;
    requireCallable(this.#main.source.description, place, dialect);
    const run = this.#main.exports[name] as CallableFunction;
    // Only here can the parameters of a module without known types be seen.
    if (run.length > 0 && !dialect.callsAnyFunction) throw notCallable({ kind: "function" }, place);
    return run as GuestFunction;
  }
}

/** Each memory once: a module may export one that it imports from another. */
function memoriesOf({ kernel }: Boundary, modules: readonly LinkedModule[]): WebAssembly.Memory[] {
  const exported = modules.flatMap(({ exports }) => Object.values(exports));
  return [...new Set([kernel.memory, ...exported])].filter((value) => value instanceof WebAssembly.Memory);
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
