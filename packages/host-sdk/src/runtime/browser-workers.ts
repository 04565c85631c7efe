import type { WorkerHandle, Workers } from "./workers.ts";

/** Workers of a page. They need shared memory, and so a cross-origin isolated page. */
export const browserWorkers: Workers = {
  limitsHeap: false,
  // Bundlers look for exactly this expression.
  start: () =>
    connect(
      new Worker(new URL("../entry/worker-browser.js", import.meta.url), { type: "module", name: "mortise" }),
    ),
  adopt(worker) {
    if (!(worker instanceof Worker)) throw new TypeError("the option worker must return a Worker");
    return connect(worker);
  },
};

function connect(worker: Worker): WorkerHandle {
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onEnd(listener) {
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        listener(event.error ?? new Error(event.message || "the worker could not be started"));
      });
      worker.addEventListener("messageerror", () => listener(new Error("a message could not be read")));
    },
    async terminate() {
      worker.terminate();
    },
    keepAlive() {}, // a page lives as long as its user wants
  };
}
