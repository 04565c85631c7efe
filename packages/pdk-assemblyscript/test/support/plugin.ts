import { type ASUtil, instantiateSync } from "@assemblyscript/loader";
import { offerDirect } from "./direct.ts";
import { HostModel } from "./host-model.ts";

/** How bytes move in a test: by the plain ABI's imports, or directly. */
export type Transfer = "plain" | "direct";
export const transfers: readonly Transfer[] = ["plain", "direct"];

/** A test module on a model host. */
export interface TestPlugin {
  readonly model: HostModel;
  /** Calls an export without parameters, with `input` as the call's input; returns the output. */
  call(name: string, input?: Uint8Array | string): Uint8Array;
  callText(name: string, input?: Uint8Array | string): string;
  /** The size of the plugin's linear memory, in pages of 64 KiB. */
  memoryPages(): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

type HostFunctions = (model: HostModel) => Record<string, (...args: never[]) => unknown>;

/**
 * Instantiates a compiled test module on a fresh model. A trap skips the module's epilogues and so spoils the instance:
 * as on a real host, the next call gets a new one.
 */
export function openPlugin(
  wasm: Uint8Array<ArrayBuffer>,
  transfer: Transfer = "plain",
  functions: HostFunctions = () => ({}),
): TestPlugin {
  const model = new HostModel();
  const module = new WebAssembly.Module(wasm);
  let exports = instantiate(module, model, transfer, functions);
  let spoilt = false;

  const call = (name: string, input: Uint8Array | string = "") => {
    if (spoilt) exports = instantiate(module, model, transfer, functions);
    model.startCall(typeof input === "string" ? encoder.encode(input) : input);
    const run = exports[name];
    if (typeof run !== "function") throw new TypeError(`the module has no export ${name}`);
    spoilt = true;
    run();
    spoilt = false;
    return model.output ?? new Uint8Array();
  };
  return {
    model,
    call,
    callText: (name, input) => decoder.decode(call(name, input)),
    memoryPages: () => (exports.memory?.buffer.byteLength ?? 0) / 65_536,
  };
}

function instantiate(
  module: WebAssembly.Module,
  model: HostModel,
  transfer: Transfer,
  functions: HostFunctions,
): ASUtil & Record<string, unknown> {
  const { exports } = instantiateSync(module, {
    "extism:host/env": model.imports,
    "extism:host/user": functions(model),
  });
  if (transfer === "direct") offerDirect(exports as unknown as WebAssembly.Exports, model);
  return exports;
}
