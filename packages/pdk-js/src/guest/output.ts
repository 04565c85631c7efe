import { type BytesLike, checkText, toBytes } from "./bytes.ts";
import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

/**
 * Sets the result of this call. The last output of a call counts; without one the result is empty.
 *
 * @param data - A string (sent as UTF-8, lone surrogates as U+FFFD) or bytes. A view sends its own range only.
 * @throws TypeError for anything else; {@link outputJson} takes objects.
 */
export function output(data: string | BytesLike): void {
  if (typeof data === "string") natives.outputText(wellFormed(data));
  else natives.outputBytes(toBytes(data, "output()'s argument"));
}

/** Sets the result to `text`, as UTF-8. @throws TypeError when it is not a string. */
export function outputString(text: string): void {
  checkText(text, "outputString()'s argument");
  natives.outputText(wellFormed(text));
}

/** Sets the result to `value` as JSON. @throws TypeError for what JSON cannot hold: undefined, functions, BigInt. */
export function outputJson(value: unknown): void {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`outputJson() cannot write ${typeof value} as JSON`);
  natives.outputText(wellFormed(text));
}
