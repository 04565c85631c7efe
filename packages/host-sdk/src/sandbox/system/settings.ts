import type { AllowedPath } from "../../manifest/allowed-paths.ts";
import type { HostFiles } from "../fs/host-files.ts";
import type { Log } from "../log.ts";
import type { Wasi, WasiCall, WasiOptions } from "../wasi/index.ts";

/** The module names under which WASI preview 1 is imported. */
export const WASI_NAMESPACES: readonly string[] = ["wasi_snapshot_preview1", "wasi_unstable"];

/** What the application and the manifest give a plugin of the system. */
export interface SystemSettings {
  readonly options: WasiOptions;
  readonly allowedPaths: readonly AllowedPath[];
  /** The platform's files; absent where there are none. */
  readonly files: HostFiles | undefined;
  readonly log: Log;
}

/** Streams and arguments that one call has of its own. */
export type CallSystem = Pick<WasiCall, "stdin" | "stdout" | "stderr" | "args">;

/** The application's code among the streams of a plugin or a call, by name. */
export function callbacksIn({ stdin, stdout, stderr }: CallSystem = {}): string[] {
  return [
    ...(typeof stdin === "function" ? ["its stdin"] : []),
    ...(stdout && stdout !== "log" ? ["its stdout"] : []),
    ...(stderr && stderr !== "log" ? ["its stderr"] : []),
  ];
}

/** What a call needs to know of the system. */
export interface SystemCall {
  /** Streams and arguments of this call alone. */
  readonly system?: CallSystem | undefined;
  /** The same for a guest whose caller is on another thread, as {@link OWN} bits. */
  readonly ownSystem?: number | undefined;
  /** When a guest's sleeps must end, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline?: number | undefined;
}

/** The system as one instance of a plugin has it: its own descriptors, shared by the modules of the instance. */
export interface System extends Pick<Wasi, "bind" | "endCall" | "close"> {
  beginCall(call: SystemCall): void;
}

/**
 * What a guest in a worker asks its caller for. The numbers travel between the threads. `instance` says that a new
 * instance starts, whose streams begin anew.
 */
export const SERVICE = { stdin: 0, stdout: 1, stderr: 2, now: 3, args: 4, files: 5, instance: 6 } as const;

/** Asks the caller; blocks until it has answered. */
export type Exchange = (service: number, request: Uint8Array) => Uint8Array<ArrayBuffer> | null;

/** The bits by which a call says what it has of its own. */
export const OWN = { stdin: 1, stdout: 2, stderr: 4, args: 8 } as const;

/** What a guest's side in a worker is told of the system, once. */
export interface GuestSystem {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly allowedPaths: readonly AllowedPath[];
  /** Guest paths at which the caller serves a file system. */
  readonly mounts: readonly string[];
  /** {@link OWN} bits of the streams that are not empty or dropped. */
  readonly streams: number;
  readonly deterministic: { readonly now: bigint | number | "caller"; readonly seed: number } | undefined;
}
