/** Promises that were rejected without anyone listening: they fail the call instead of getting lost. */
const unhandled = new Map<unknown, unknown>();

/** The engine reports a rejection, and again when somebody starts to listen after all. */
export function trackRejection(promise: unknown, reason: unknown, handled: boolean): void {
  if (handled) unhandled.delete(promise);
  else unhandled.set(promise, reason);
}

/** @throws the reason of the first rejection that nobody handled. */
export function throwUnhandled(): void {
  if (unhandled.size === 0) return;
  const [reason] = unhandled.values();
  unhandled.clear();
  throw reason;
}

export function forgetRejections(): void {
  if (unhandled.size > 0) unhandled.clear();
}
