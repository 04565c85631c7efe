import { abortError, checkNotAborted } from "../abort.ts";

interface Waiting<Turn> {
  readonly grant: (turn: Turn) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls that wait for their turn, first in, first out. Each goes on in its own asynchronous context, and not in that
 * of the call whose end gave it its turn.
 */
export class CallQueue<Turn = void> {
  readonly #waiting = new Set<Waiting<Turn>>();

  get length(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn. An abort takes the call out of the queue at once.
   * @throws {PluginError} `ABORTED`
   */
  async wait(signal: AbortSignal | undefined): Promise<Turn> {
    checkNotAborted(signal);
    return new Promise<Turn>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener("abort", onAbort);
      };
      const waiting: Waiting<Turn> = {
        grant(turn) {
          leave();
          resolve(turn);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const onAbort = () => waiting.reject(abortError(signal));
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", onAbort);
    });
  }

  /** Gives the oldest waiting call its turn; whether there was one. */
  grantNext(turn: Turn): boolean {
    const [next] = this.#waiting;
    next?.grant(turn);
    return next !== undefined;
  }

  /** Ends the waiting of the oldest call. */
  rejectNext(error: unknown): void {
    const [next] = this.#waiting;
    next?.reject(error);
  }

  /** Ends the waiting of all calls, each with an error of its own. */
  rejectAll(createError: () => unknown): void {
    while (this.#waiting.size > 0) this.rejectNext(createError());
  }
}
