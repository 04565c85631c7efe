/** The longest time that the timers of all platforms take. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * A time limit as timers take it: whole milliseconds, at least 1 and at most 24.8 days.
 * @throws {TypeError} for what is not a number of at least 0
 */
export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs === "number" && timeoutMs >= 0) {
    return Math.min(Math.max(Math.ceil(timeoutMs), 1), MAX_TIMEOUT_MS);
  }
  throw new TypeError("timeoutMs must be a number of at least 0");
}
