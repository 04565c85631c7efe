import type { ProgramModule, RemoteImport } from "../../abi/abi.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { GuestSystem } from "../../sandbox/system/settings.ts";
import type { Wake } from "./channel.ts";

/** Caller to worker, once: everything that the guest's side needs. */
export interface StartMessage {
  readonly abi: string;
  readonly modules: readonly ProgramModule[];
  readonly mainIndex: number;
  readonly plugin: string;
  readonly limits: Limits;
  readonly config: ReadonlyMap<string, string>;
  /** The log level as guests see it. */
  readonly logPriority: number;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly wake: Wake;
  readonly imports: readonly RemoteImport[];
  readonly system: GuestSystem | undefined;
}

/** Worker to caller, before it hands the turn over. */
export type WorkerMessage =
  /** The worker's code has been loaded; it takes a {@link StartMessage} now. */
  | { readonly type: "loaded" }
  /** The turn is the caller's; sent only when that is how the caller wants to be woken. */
  | { readonly type: "turn" }
  /** An output that is too large for kernel memory to be the fastest way; its bytes are transferred. */
  | { readonly type: "output"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The call, or the start-up, failed. */
  | { readonly type: "error"; readonly error: ErrorRecord };

/** A `PluginError` on its way between threads. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly plugin?: string | undefined;
  readonly export?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly cause?: CauseRecord | undefined;
}

/** Any error that caused another, as text. */
export interface CauseRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: CauseRecord | undefined;
}
