import type { CallRequest } from "../abi/abi.ts";

/** What the engine is asked to do besides the call itself. */
export interface EngineCall extends CallRequest {
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A place where a plugin's calls run, one at a time. */
export interface Engine {
  /** Where that is, and in a few words why. */
  readonly isolation: "thread" | "worker";
  readonly reason: string;
  /** Bytes of the memories that it holds, as far as they can be seen. */
  readonly heldBytes: number;
  /**
   * Starts a call. The input has been read when this returns. An engine whose calls need no waiting returns the
   * output itself.
   */
  call(request: EngineCall): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /** Runs a call on the caller's stack; throws `UNSUPPORTED` where that cannot be. */
  callSync(request: EngineCall): Uint8Array<ArrayBuffer>;
  /** Makes the next call run on a fresh instance. */
  reset(): void;
  /** Ends everything, a running call included. */
  close(): void | Promise<void>;
}
