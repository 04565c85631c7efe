import { abortError } from "../../abort.ts";
import { isPluginError } from "../../errors.ts";

/**
 * Runs `work` until it ends or `signal` fires. The promise settles then even if `work` ignores its own signal, which
 * also fires when `work` has failed: nothing that it started goes on. No listener stays behind.
 * @throws {PluginError} `ABORTED`, or the reason of `signal` when that is a `PluginError`
 */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw reasonOf(signal);
  const controller = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  const abort = () => controller.abort(signal && reasonOf(signal));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } catch (error) {
    controller.abort(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function reasonOf(signal: AbortSignal): unknown {
  return isPluginError(signal.reason) ? signal.reason : abortError(signal);
}
