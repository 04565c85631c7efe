import type { HostFunctions } from "../functions.ts";
import type { Limits } from "../limits.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { Vars } from "./vars.ts";

/** WASI as one instance of a plugin sees it: its own descriptors, shared by the modules of the instance. */
export interface SystemInterface {
  /** The functions that a module imports, over that module's memory. */
  bind(memory: () => WebAssembly.Memory | undefined): Readonly<Record<string, CallableFunction>>;
  beginCall(): void;
  endCall(): void;
  close(): void;
}

/** All that a plugin can reach: what is not in here, it does not have. It outlives the instances of the plugin. */
export interface Sandbox {
  readonly plugin: string;
  readonly limits: Limits;
  readonly config: Config;
  readonly vars: Vars;
  readonly log: Log;
  readonly functions: HostFunctions;
  /** Makes the system interface of a new instance, when a module asks for one. */
  createSystem(): SystemInterface;
  /** The code with which a guest ended itself, if that is what `thrown` means. */
  exitCodeOf(thrown: unknown): number | undefined;
}
