import { isPluginError, PluginError } from "./errors.ts";

/** Refuses to start what was aborted before. */
export function checkNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** Waits for a promise, or for the signal, whichever comes first. No listener stays behind. */
export async function unlessAborted<T>(
  result: PromiseLike<T> | T,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) return result;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(abortError(signal));
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort(); // and not a throw, which would leave the rejection of `result` to nobody
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    if (abort) signal.removeEventListener("abort", abort);
  }
}

/**
 * The error of an aborted call: the signal's reason where that is a `PluginError`, such as that of a plugin being
 * closed; else `ABORTED`, with the reason as its cause.
 */
export function abortError(signal: AbortSignal | undefined): PluginError {
  if (isPluginError(signal?.reason)) return signal.reason;
  return new PluginError("ABORTED", "the call was aborted", { cause: signal?.reason });
}
