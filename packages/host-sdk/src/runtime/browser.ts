import { browserWorkers } from "./browser-workers.ts";
import type { Runtime } from "./runtime.ts";

/** Browsers, and other runtimes without files. */
export const browser: Runtime = Object.freeze({
  name: "browser",
  parallelism: () => globalThis.navigator?.hardwareConcurrency ?? 1,
  workers: typeof Worker === "function" ? browserWorkers : undefined,
  baseUrl: () => {
    // Absent in some runtimes that are no browser, such as edge workers.
    const { document, location } = globalThis as { document?: Document; location?: Location };
    const base = document?.baseURI ?? location?.href;
    return base !== undefined && URL.canParse(base) ? new URL(base) : undefined;
  },
});
