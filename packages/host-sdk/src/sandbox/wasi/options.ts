import type { FileSystem } from "../fs/file-system.ts";

/** The part of a WHATWG `WritableStream` that is used: one writer, held from the first write on. */
export interface WritableStreamLike {
  getWriter(): { write(chunk: Uint8Array): Promise<void> };
}

/** The part of a Node.js `stream.Writable` that is used. */
export interface NodeWritableLike {
  write(chunk: Uint8Array): unknown;
}

/**
 * Where a guest's output goes: `"log"` to the plugin's logger, line by line; a function or a stream gets
 * each chunk, before the call that wrote it returns. A chunk is the receiver's own copy.
 */
export type WasiOutput =
  | "log"
  | ((chunk: Uint8Array<ArrayBuffer>) => void)
  | WritableStreamLike
  | NodeWritableLike;

/**
 * Where a guest's input comes from: bytes, text (as UTF-8), or a function that is asked for at most
 * `maxBytes` bytes and answers `null` at the end.
 */
export type WasiInput = Uint8Array | string | ((maxBytes: number) => Uint8Array | null);

/**
 * Clock and random numbers of a reproducible run. Times of files are their file system's: give
 * `memoryFileSystem` the same clock.
 */
export interface DeterministicOptions {
  /**
   * The time: nanoseconds (`bigint`) or milliseconds (`number`) since 1970, or a function that returns
   * milliseconds. A fixed time stands still, except that a guest's sleeps move it on at once.
   */
  readonly now: bigint | number | (() => number);
  /** What the random bytes are derived from, a 32-bit number. Never use this where secrets are made. */
  readonly seed: number;
}

/**
 * What a plugin that uses WASI preview 1 gets. Nothing is inherited from the process: without options
 * there are no arguments, no variables, no files, an empty input, and output is dropped.
 */
export interface WasiOptions {
  /** Arguments, the program's own name first. Default none. */
  readonly args?: readonly string[];
  /** Environment variables. Default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default empty. */
  readonly stdin?: WasiInput;
  /** Standard output. Default dropped. */
  readonly stdout?: WasiOutput;
  /** Standard error. Default dropped. */
  readonly stderr?: WasiOutput;
  /** File systems by guest path, such as `{ "/data": memoryFileSystem({ … }) }`. Default none. */
  readonly fs?: Readonly<Record<string, FileSystem>>;
  /** Makes time and random numbers reproducible. Default: the platform's own. */
  readonly deterministic?: DeterministicOptions;
}
