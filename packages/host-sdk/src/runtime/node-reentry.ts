import { AsyncLocalStorage } from "node:async_hooks";
import type { ReentryScope } from "../reentry.ts";

/** Tells calls from inside a pending host function by the asynchronous context in which they are made. */
export function createAsyncReentryScope(): ReentryScope {
  const storage = new AsyncLocalStorage<true>();
  return {
    run: (run) => storage.run(true, run),
    isInside: () => storage.getStore() === true,
  };
}
