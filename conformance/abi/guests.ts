import { readFileSync } from "node:fs";
import wabt from "wabt";

const { parseWat } = await wabt();
const guests = new URL("./guests/", import.meta.url);
const builtGuests = new URL("../build/guests/", import.meta.url);
const OWN_IMPORTS = ";; -- the guest's own imports go here --";

/** Compiles a complete module in the WebAssembly text format. */
export function compileWat(source: string, name = "inline.wat"): Uint8Array<ArrayBuffer> {
  const module = parseWat(name, source, { exceptions: true, bulk_memory: true, multi_value: true });
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/**
 * Compiles `guests/<name>.wat`, which holds the fields of a module, behind the helpers of `prelude.wat`.
 * Imports must precede every other field, so the guest's own, one per line, move up into the prelude.
 */
export function compileGuest(name: string): Uint8Array<ArrayBuffer> {
  const lines = readGuest(name).split("\n");
  const isImport = (line: string) => line.startsWith("(import ");
  const prelude = readGuest("prelude").replace(OWN_IMPORTS, lines.filter(isImport).join("\n"));
  const fields = lines.filter((line) => !isImport(line)).join("\n");
  return compileWat(`(module\n${prelude}\n${fields})`, `${name}.wat`);
}

/** Reads a guest that the build made of a PDK's source in `../guests`. */
export function readBuiltGuest(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(new URL(`${name}.wasm`, builtGuests)));
}

function readGuest(name: string): string {
  return readFileSync(new URL(`${name}.wat`, guests), "utf8");
}
