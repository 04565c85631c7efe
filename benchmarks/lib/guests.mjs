import { existsSync, readFileSync } from "node:fs";
import wabt from "wabt";

const built = new URL("../../conformance/build/guests/", import.meta.url);
const { parseWat } = await wabt();

/** A guest that the conformance package builds. */
export function readGuest(name) {
  const file = new URL(`${name}.wasm`, built);
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing: npm run setup builds it`);
  return Uint8Array.from(readFileSync(file));
}

/** Does nothing. */
export const nopGuest = compile(`(module (func (export "nop")))`);

/** Calls a host function once, or ten times. */
export const callbackGuest = compile(`(module
  (import "extism:host/user" "add" (func $add (param i64 i64) (result i64)))
  (func $call (drop (call $add (i64.const 1) (i64.const 2))))
  (func (export "one") (call $call))
  (func (export "ten") ${"(call $call)".repeat(10)}))`);

export const callbacks = { "extism:host/user": { add: (_plugin, left, right) => left + right } };

export function compile(source) {
  const module = parseWat("guest.wat", source);
  const { buffer } = module.toBinary({});
  module.destroy();
  return Uint8Array.from(buffer);
}

/** The same guest, told apart by a custom section: no host has seen these bytes before. */
export function unseen(wasm) {
  const name = [1, "n".charCodeAt(0)];
  const serial = Array.from(String(serials++), (digit) => digit.charCodeAt(0));
  return Uint8Array.from([...wasm, 0, name.length + serial.length, ...name, ...serial]);
}

let serials = Math.floor(Math.random() * 2 ** 40);
