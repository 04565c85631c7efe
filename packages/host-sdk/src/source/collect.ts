import type { PluginError } from "../errors.ts";
import { isUint8Array } from "../manifest/kinds.ts";
import { reasonOf } from "./origin.ts";

const FIRST_CAPACITY = 64 * 1024;

/** How far a stream is read, and what it means when that goes wrong. */
export interface CollectLimit {
  readonly maxBytes: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** The error of a stream that is longer. */
  readonly tooLarge: () => PluginError;
  /** The error of a stream that fails. */
  readonly broken: (problem: string, cause?: unknown) => PluginError;
}

/**
 * Reads a stream to its end, or until it is over `maxBytes`: what the sender says about its length does not count.
 * The body is locked before this function returns.
 */
export async function collect(
  body: ReadableStream<Uint8Array>,
  limit: CollectLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const cancel = () => discard(reader);
  limit.signal.addEventListener("abort", cancel, { once: true });
  if (limit.signal.aborted) cancel();
  // One growing buffer and not a list: a sender of one-byte chunks would make the list far larger than its bytes.
  let buffer = new Uint8Array(Math.min(FIRST_CAPACITY, limit.maxBytes));
  let length = 0;
  try {
    for (let next = await read(reader, limit); !next.done; next = await read(reader, limit)) {
      const end = length + next.value.length;
      if (end > limit.maxBytes) throw limit.tooLarge();
      if (end > buffer.length) buffer = grown(buffer, end, limit.maxBytes);
      buffer.set(next.value, length);
      length = end;
    }
    limit.signal.throwIfAborted(); // a cancelled stream ends as if it were complete
    return buffer.subarray(0, length);
  } catch (error) {
    cancel();
    throw error;
  } finally {
    limit.signal.removeEventListener("abort", cancel);
  }
}

/** Tells the sender that nobody will read the rest. */
export function discard(body: Pick<ReadableStream, "cancel"> | null): void {
  // The load has failed by now, and its error says why; that the stream failed as well adds nothing.
  body?.cancel().catch(() => undefined);
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, limit: CollectLimit) {
  try {
    const next = await reader.read();
    if (next.done || isUint8Array(next.value)) return next;
  } catch (cause) {
    throw limit.broken(`broke off: ${reasonOf(cause)}`, cause);
  }
  throw limit.broken("has a body that is not made of bytes");
}

function grown(buffer: Uint8Array<ArrayBuffer>, needed: number, maxBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(Math.max(needed, buffer.length * 2), maxBytes));
  larger.set(buffer);
  return larger;
}
