import wabt from "wabt";
import type { HostModel } from "./host-model.ts";

/** A table holds wasm functions only, so each of the four goes through a module that imports and exports it. */
const ADAPTER = `(module
  (func $input (import "host" "input") (param i32 i32 i32))
  (func $output (import "host" "output") (param i32 i32))
  (func $load (import "host" "load") (param i32 i64 i32))
  (func $store (import "host" "store") (param i64 i32 i32))
  (export "input" (func $input))
  (export "output" (func $output))
  (export "load" (func $load))
  (export "store" (func $store)))`;

const adapter = new WebAssembly.Module(
  Uint8Array.from((await wabt()).parseWat("direct.wat", ADAPTER).toBinary({}).buffer),
);

/** Offers direct transfer to a plugin instance, as a host does: four table entries, then the global. */
export function offerDirect(exports: WebAssembly.Exports, model: HostModel): void {
  const memory = exports["memory"] as WebAssembly.Memory;
  const guest = (address: number, length: number) =>
    new Uint8Array(memory.buffer, address >>> 0, length >>> 0);
  const host = {
    input: (target: number, offset: number, length: number) =>
      guest(target, length).set(model.input.subarray(offset, offset + length)),
    output: (source: number, length: number) => {
      model.output = guest(source, length).slice();
    },
    load: (target: number, address: bigint, length: number) =>
      guest(target, length).set(model.range(address, length)),
    store: (address: bigint, source: number, length: number) =>
      model.range(address, length).set(guest(source, length)),
  };
  const functions = new WebAssembly.Instance(adapter, { host }).exports;
  const table = exports["table"] as WebAssembly.Table;
  const first = table.grow(4);
  Object.keys(host).forEach((name, slot) => {
    table.set(first + slot, functions[name]);
  });
  (exports["mortise_direct"] as WebAssembly.Global).value = first;
}
