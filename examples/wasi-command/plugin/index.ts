// A code generator as a WASI command: it reads a request from standard input, the models that the request names from
// the folder that it was given, and writes the generated files to standard output, all of them as one JSON object.
import { fail, print, readAll, readFile } from "./system";
import { quote, stringsOf } from "./json";

/** `{"models": ["book.model", …]}` → `{"book.ts": "export interface Book {…}", …}` */
export function _start(): void {
  const models = stringsOf(readAll(0), "models");
  const files = new Array<string>();
  for (let index = 0; index < models.length; index++) {
    const name = models[index];
    const base = name.endsWith(".model") ? name.slice(0, name.length - 6) : name;
    files.push(`${quote(base + ".ts")}:${quote(interfaceOf(base, readFile(name)))}`);
  }
  print(1, `{${files.join(",")}}`);
}

function interfaceOf(name: string, model: string): string {
  const lines = model.split("\n");
  let members = "";
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index].trim();
    if (line.length == 0) continue;
    const colon = line.indexOf(":");
    if (colon < 0) fail(`${name}: line ${index + 1} has no colon\n`);
    members += `  readonly ${line.slice(0, colon)}: ${typeOf(name, line.slice(colon + 1).trim())};\n`;
  }
  return `export interface ${name.charAt(0).toUpperCase()}${name.slice(1)} {\n${members}}\n`;
}

function typeOf(name: string, type: string): string {
  if (type == "text") return "string";
  if (type == "number") return "number";
  if (type == "flag") return "boolean";
  fail(`${name}: there is no type ${type}\n`);
  return "";
}
