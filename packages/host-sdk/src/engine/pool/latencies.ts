/** Calls that quantiles are taken over. */
const WINDOW = 1024;

/** How long the last calls took. */
export class Latencies {
  readonly #window = new Float64Array(WINDOW);
  #count = 0;

  /** Calls so far, those that have left the window included. */
  get count(): number {
    return this.#count;
  }

  add(milliseconds: number): void {
    this.#window[this.#count % WINDOW] = milliseconds;
    this.#count++;
  }

  /** The time, in milliseconds, that each of these parts of the calls stayed within; `undefined` before the first call. */
  quantiles(...parts: readonly number[]): (number | undefined)[] {
    const sorted = this.#window.slice(0, this.#count).sort();
    return parts.map((part) => sorted[Math.ceil(part * sorted.length) - 1]);
  }
}
