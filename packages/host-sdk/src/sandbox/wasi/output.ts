import { HostFailure } from "./errno.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { NodeWritableLike, WasiOutput, WritableStreamLike } from "./options.ts";

/** A guest's standard output or standard error. */
export interface OutputStream {
  /** Takes a chunk, which is the stream's own from then on. */
  write(chunk: Uint8Array<ArrayBuffer>): void;
  /** Hands on what is held back, an unfinished line. */
  flush(): void;
}

/** Makes a stream that hands a guest's output on, or `undefined` if it is to be dropped. */
export function createOutput(
  target: WasiOutput | undefined,
  log: (line: string) => void,
): OutputStream | undefined {
  if (target === undefined) return undefined;
  if (target === "log") return new LineBuffer(log);
  if (typeof target === "function") return handing((chunk) => target(chunk));
  return "getWriter" in target ? writerTo(target) : handing((chunk) => void writeTo(target, chunk));
}

/** A `WritableStream` has one writer at a time, however many instances and calls write to it. */
const writers = new WeakMap<WritableStreamLike, StreamOutput>();

function writerTo(stream: WritableStreamLike): StreamOutput {
  const writer = writers.get(stream) ?? new StreamOutput(stream);
  writers.set(stream, writer);
  return writer;
}

function writeTo(target: NodeWritableLike, chunk: Uint8Array): void {
  target.write(chunk);
}

function handing(write: (chunk: Uint8Array<ArrayBuffer>) => void): OutputStream {
  return {
    write(chunk) {
      try {
        write(chunk);
      } catch (cause) {
        throw new HostFailure(cause);
      }
    },
    flush() {},
  };
}

/** Output to a `WritableStream`. Its failures come later; the first one fails the next write. */
class StreamOutput implements OutputStream {
  readonly #stream: WritableStreamLike;
  #writer: ReturnType<WritableStreamLike["getWriter"]> | undefined;
  #failure: { readonly cause: unknown } | undefined;

  constructor(stream: WritableStreamLike) {
    this.#stream = stream;
  }

  write(chunk: Uint8Array<ArrayBuffer>): void {
    this.flush();
    try {
      this.#writer ??= this.#stream.getWriter();
      this.#writer.write(chunk).catch((cause: unknown) => {
        this.#failure ??= { cause };
      });
    } catch (cause) {
      throw new HostFailure(cause);
    }
  }

  flush(): void {
    if (this.#failure !== undefined) throw new HostFailure(this.#failure.cause);
  }
}
