import { PluginError } from "../errors.ts";
import type { SourceEnvironment } from "./environment.ts";

/** The longest delay that timers take; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs `work` until the fetch timeout or the caller's signal ends it. The promise settles then even if `work`
 * ignores its signal, and no timer or listener stays behind. `work` starts before this function returns.
 * @throws {PluginError} `SOURCE_UNREACHABLE` after the timeout, `ABORTED` by the signal
 */
export async function withDeadline<T>(
  env: Pick<SourceEnvironment, "fetchTimeoutMs" | "signal">,
  label: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  checkAborted(env.signal, label);
  const controller = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  const abort = () => controller.abort(aborted(env.signal, label));
  const expire = () => controller.abort(expired(env.fetchTimeoutMs, label));
  const timer = setTimeout(expire, Math.min(env.fetchTimeoutMs, MAX_TIMER_MS));
  env.signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    env.signal?.removeEventListener("abort", abort);
  }
}

/** Throws `ABORTED` if the caller has given up already. */
export function checkAborted(signal: AbortSignal | undefined, label: string): void {
  if (signal?.aborted) throw aborted(signal, label);
}

function aborted(signal: AbortSignal | undefined, label: string): PluginError {
  return new PluginError("ABORTED", `Loading ${label} was aborted`, { cause: signal?.reason });
}

function expired(timeoutMs: number, label: string): PluginError {
  return new PluginError(
    "SOURCE_UNREACHABLE",
    `${label} was not there in full after ${timeoutMs} ms (fetchTimeoutMs)`,
  );
}
