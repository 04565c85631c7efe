import { checkNotAborted, unlessAborted } from "../../abort.ts";

/**
 * Runs `work` until it ends or `signal` fires. The promise settles then even if `work` ignores its own signal, which
 * also fires when `work` has failed: nothing that it started goes on.
 * @throws {PluginError} `ABORTED`, or the reason of `signal` when that is a `PluginError`
 */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  checkNotAborted(signal);
  const controller = new AbortController();
  try {
    return await unlessAborted(work(controller.signal), signal);
  } catch (error) {
    controller.abort(error);
    throw error;
  }
}
