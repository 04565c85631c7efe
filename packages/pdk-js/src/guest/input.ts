import { natives } from "./natives.ts";

/**
 * The bytes the host passed to this call, as a copy that is yours. Empty when there are none.
 *
 * @example
 * const bytes = input();
 */
export function input(): Uint8Array {
  return natives.inputBytes();
}

/** The input decoded as UTF-8; malformed sequences become U+FFFD. */
export function inputString(): string {
  return natives.inputText();
}

/**
 * The input parsed as JSON. The type parameter is a claim of yours: nothing checks it.
 *
 * @throws SyntaxError when the input is not JSON.
 */
export function inputJson<T = unknown>(): T {
  return JSON.parse(natives.inputText()) as T;
}
