import { abortError } from "../abort.ts";

interface Waiting {
  readonly start: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait for their turn, first in, first out. */
export class CallQueue {
  readonly #waiting = new Set<Waiting>();

  get length(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn, then runs. An abort takes the call out of the queue.
   * @throws {PluginError} `ABORTED`
   */
  wait<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        leave();
        reject(abortError(signal));
      };
      const waiting: Waiting = {
        start: () => {
          leave();
          run().then(resolve, reject);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", onAbort);
    });
  }

  /** Gives the oldest waiting call its turn; whether there was one. */
  startNext(): boolean {
    const [next] = this.#waiting;
    next?.start();
    return next !== undefined;
  }

  rejectAll(error: unknown): void {
    for (const waiting of this.#waiting) waiting.reject(error);
  }
}
