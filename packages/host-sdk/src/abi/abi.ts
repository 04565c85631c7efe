import type { ModuleInterface } from "../wasm/types.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** A compiled module under the name that other modules import from. */
export interface ProgramModule {
  readonly name: string;
  readonly module: WebAssembly.Module;
  /** Its imports and exports, with their types where the module's bytes were at hand. */
  readonly description: ModuleInterface;
}

/** The modules of a plugin. Exports are called on `main`. */
export interface Program {
  readonly modules: readonly ProgramModule[];
  readonly main: ProgramModule;
}

/** What is passed to one call. */
export interface CallRequest {
  readonly name: string;
  /** The caller's bytes; nobody writes to them. Text is encoded on its way into the guest. */
  readonly input: Uint8Array | string;
  readonly hostContext: unknown;
}

/** How a plugin is started. */
export interface InstantiateOptions {
  /** Whether imports that return promises may suspend the guest (JavaScript Promise Integration). */
  readonly suspends: boolean;
}

/** A calling convention between host and guest. Extism is the first. */
export interface Abi {
  readonly name: string;
  /** Whether a program speaks this convention. */
  claims(program: Program): boolean;
  /** Names of the exports that can be called. */
  exports(program: Program): readonly string[];
  /** Links the modules to the sandbox and runs their start-up functions. */
  instantiate(program: Program, sandbox: Sandbox, options: InstantiateOptions): AbiInstance;
}

/** One running set of instances. */
export interface AbiInstance {
  /**
   * Whether a call ended in a way that skips the guest's epilogues (trap, exit, host exception), so that this
   * instance must not be called again.
   */
  readonly spoilt: boolean;
  /** Releases what the instance holds of the system. */
  close(): void;
  /** Runs the start-up functions. Must be awaited before a call when it returns a promise. */
  start(): void | Promise<void>;
  /** Calls an export on the caller's stack. */
  callSync(request: CallRequest): Uint8Array<ArrayBuffer>;
  /** Calls an export that may be suspended by asynchronous imports. */
  call(request: CallRequest): Promise<Uint8Array<ArrayBuffer>>;
}
