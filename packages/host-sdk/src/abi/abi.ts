import type { PluginError } from "../errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { GuestSystem, SystemCall } from "../sandbox/system/settings.ts";
import type { ModuleInterface } from "../wasm/types.ts";

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
export interface CallRequest extends SystemCall {
  readonly name: string;
  /** The caller's bytes; nobody writes to them. Text is encoded on its way into the guest. */
  readonly input: Uint8Array | string;
  readonly hostContext: unknown;
  /** Ends the waiting of asynchronous imports. */
  readonly signal?: AbortSignal | undefined;
}

/** How a plugin is started. */
export interface InstantiateOptions {
  /** Whether imports that return promises may suspend the guest (JavaScript Promise Integration). */
  readonly suspends: boolean;
  /** Set where the caller is on another thread. */
  readonly remote?: RemoteCaller;
}

/** A number that wasm passes to or takes from an import. */
export type WasmValue = number | bigint;

/** An import that is served on the caller's thread. */
export interface RemoteImport {
  readonly module: string;
  readonly name: string;
}

/** The caller of a guest that runs in a worker, as the guest's side sees it. */
export interface RemoteCaller {
  /** Memory that both sides use, never at the same time. */
  readonly memory: WebAssembly.Memory;
  /** The imports that the caller serves. */
  readonly imports: readonly RemoteImport[];
  /** Calls the import at this index; blocks until it has returned. Throws when it failed. */
  call(index: number, args: readonly WasmValue[]): unknown;
}

/** The caller's side of a guest that runs in a worker. */
export interface AbiCaller {
  readonly memory: WebAssembly.Memory;
  readonly imports: readonly RemoteImport[];
  /** Serves an import. Its failure is kept for {@link finish}. */
  serve(index: number, args: readonly WasmValue[]): unknown;
  /** What the guest's side is told of the system, when a module imports it. */
  readonly system: GuestSystem | undefined;
  /**
   * Prepares a call, or the start-up. Returns what the call has of its own, for the guest's side.
   * @throws {PluginError} `EXPORT_MISSING`, `MEMORY_LIMIT`
   */
  begin(request: CallRequest | undefined): number;
  /** Gives up for ever: what imports wait for, such as an HTTP response, ends with this error. */
  abandon(error: PluginError): void;
  /**
   * Ends a call: its output, or its error.
   * @param error what the guest's side reported
   * @param output what the guest's side sent, where the output does not lie in kernel memory
   */
  finish(
    name: string,
    error: PluginError | undefined,
    output: Uint8Array<ArrayBuffer> | undefined,
  ): Uint8Array<ArrayBuffer>;
}

/** A calling convention between host and guest. Extism is the first. */
export interface Abi {
  readonly name: string;
  /** Whether a program speaks this convention. */
  claims(program: Program): boolean;
  /** Names of the exports that can be called. */
  exports(program: Program): readonly string[];
  /** Labels of the convention's own imports that a program has and that must be waited for. */
  waitingImports(program: Program, sandbox: Sandbox): readonly string[];
  /** Makes the caller's side of a guest that runs in a worker. */
  createCaller(program: Program, sandbox: Sandbox): AbiCaller;
  /** Links the modules to the sandbox and runs their start-up functions. */
  instantiate(program: Program, sandbox: Sandbox, options: InstantiateOptions): AbiInstance;
}

/** Runs a function and interrupts it when it takes too long. */
export type Guard = <T>(run: () => T) => T;

/** One running set of instances. */
export interface AbiInstance {
  /**
   * Whether a call ended in a way that skips the guest's epilogues (trap, exit, host exception), so that this
   * instance must not be called again.
   */
  readonly spoilt: boolean;
  /** Bytes of the memories that it holds: the convention's own, and those that modules export. */
  readonly heldBytes: number;
  /** Releases what the instance holds of the system. */
  close(): void;
  /**
   * Runs the start-up functions. Must be awaited before a call when it returns a promise.
   * @param signal ends the waiting of asynchronous imports
   */
  start(signal?: AbortSignal): void | Promise<void>;
  /** Calls an export on the caller's stack; `guard` runs what must not take too long. */
  callSync(request: CallRequest, guard?: Guard): Uint8Array<ArrayBuffer>;
  /** Calls an export that may be suspended by asynchronous imports. */
  call(request: CallRequest): Promise<Uint8Array<ArrayBuffer>>;
}
