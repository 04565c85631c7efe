/** JavaScript Promise Integration, which TypeScript's library does not describe yet. */
interface PromiseIntegration {
  readonly Suspending: new (run: CallableFunction) => WebAssembly.ImportValue;
  readonly promising: (run: CallableFunction) => (...args: unknown[]) => Promise<unknown>;
}

const integration = WebAssembly as unknown as Partial<PromiseIntegration>;

/** Whether this platform can suspend a guest while a promise is pending. */
export function canSuspend(): boolean {
  return typeof integration.Suspending === "function" && typeof integration.promising === "function";
}

/** An import that suspends the guest until its promise settles. Needs {@link canSuspend}. */
export function suspendable(run: CallableFunction): WebAssembly.ImportValue {
  return new (integration as PromiseIntegration).Suspending(run);
}

/** An export that may be suspended on its way. Needs {@link canSuspend}. */
export function promising(run: CallableFunction): (...args: unknown[]) => Promise<unknown> {
  return (integration as PromiseIntegration).promising(run);
}
