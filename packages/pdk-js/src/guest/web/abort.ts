import { defineGlobals } from "./define.ts";

/** DOM standard, 3.2. Only this module makes signals, as the standard has it. */
const permission = Symbol("AbortSignal");

let abortSignal: (signal: AbortSignal, reason: unknown) => void;

class AbortSignal extends EventTarget {
  onabort: ((event: Event) => void) | null = null;
  #reason: unknown;
  #aborted = false;

  constructor(key?: symbol) {
    if (key !== permission) throw new TypeError("AbortSignal cannot be constructed: use AbortController");
    super();
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static {
    // The controller reaches private state this way; the public interface has no way to abort a signal.
    abortSignal = (signal, reason) => {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason =
        reason === undefined ? new DOMException("The operation was aborted", "AbortError") : reason;
      const event = new Event("abort");
      signal.onabort?.call(signal, event);
      signal.dispatchEvent(event);
    };
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(permission);
    abortSignal(signal, reason);
    return signal;
  }

  static timeout(milliseconds: number): AbortSignal {
    const signal = new AbortSignal(permission);
    setTimeout(
      () => abortSignal(signal, new DOMException("The operation timed out", "TimeoutError")),
      milliseconds,
    );
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const signal = new AbortSignal(permission);
    const sources = [...signals];
    const done = sources.find(({ aborted }) => aborted);
    if (done !== undefined) abortSignal(signal, done.reason);
    else
      for (const source of sources)
        source.addEventListener("abort", () => abortSignal(signal, source.reason));
    return signal;
  }
}

class AbortController {
  readonly signal = new AbortSignal(permission);

  abort(reason?: unknown): void {
    abortSignal(this.signal, reason);
  }
}

defineGlobals({ AbortController, AbortSignal });
