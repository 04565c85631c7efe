import { PluginError } from "./errors.ts";

/** Refuses to start what was aborted before. */
export function checkNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The error of an aborted call, with the signal's reason as its cause. */
export function abortError(signal: AbortSignal | undefined): PluginError {
  return new PluginError("ABORTED", "the call was aborted", { cause: signal?.reason });
}
