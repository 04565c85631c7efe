import { fail } from "./system";

/** The strings of the array under `key`: as much of JSON as a request of this generator needs. */
export function stringsOf(json: string, key: string): string[] {
  const found = new Array<string>();
  let at = json.indexOf(quote(key));
  if (at >= 0) at = json.indexOf("[", at);
  if (at < 0) fail(`the request has no list of ${key}\n`);
  while (++at < json.length && json.charCodeAt(at) != 0x5d /* ] */) {
    if (json.charCodeAt(at) != 0x22 /* " */) continue;
    let text = "";
    while (++at < json.length && json.charCodeAt(at) != 0x22) {
      if (json.charCodeAt(at) == 0x5c /* \ */) at++;
      text += json.charAt(at);
    }
    found.push(text);
  }
  return found;
}

/** A JSON string. */
export function quote(text: string): string {
  let quoted = '"';
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code == 0x22 || code == 0x5c) quoted += "\\" + String.fromCharCode(code);
    else if (code < 0x20) quoted += "\\u00" + (code < 0x10 ? "0" : "") + code.toString(16);
    else quoted += String.fromCharCode(code);
  }
  return quoted + '"';
}
