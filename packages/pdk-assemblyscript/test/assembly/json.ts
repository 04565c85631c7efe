import { inputString, outputString, parseStringMap, quote } from "@mortise/pdk-assemblyscript";

export function quoted(): void {
  outputString(quote(inputString()));
}

/** Reads an object of strings and writes it anew. */
export function rewritten(): void {
  const entries = parseStringMap(inputString());
  const keys = entries.keys();
  let text = "{";
  for (let index = 0; index < keys.length; index++) {
    if (index > 0) text += ",";
    text += quote(keys[index]) + ":" + quote(entries.get(keys[index]));
  }
  outputString(text + "}");
}
