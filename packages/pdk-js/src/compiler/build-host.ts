/**
 * The host that a plugin's top-level code sees while the plugin is built. It has a log and memory for log lines;
 * everything that only a running plugin has (input, config, vars, HTTP) stops the build.
 */

import type { BuildClocks } from "./engine.ts";
import { wrapAsWasmFunction } from "./forwarder.ts";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

export interface BuildHostEvents {
  /** Top-level code used something that does not exist yet. Must throw: there is no value to go on with. */
  forbidden(what: string): never;
  /** Top-level code read something that differs from instance to instance. */
  frozen(what: "the clock" | "random numbers"): void;
  log(line: LogLine): void;
}

type HostImport = (...args: never[]) => number | bigint | undefined;

const FORBIDDEN: Readonly<Record<string, string>> = {
  input_length: "input()",
  input_load_u8: "input()",
  input_load_u64: "input()",
  output_set: "output()",
  error_set: "error()",
  config_get: "Config.get()",
  var_get: "Var.get()",
  var_set: "Var.set()",
  http_request: "Http.request() or fetch()",
  http_status_code: "Http.request() or fetch()",
  http_headers: "Http.request() or fetch()",
};

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];
const CLOCK_BYTES = 8;

/** The imports for an engine in the build process. */
export function createBuildHost(events: BuildHostEvents, slots: number): WebAssembly.Imports {
  const env: Record<string, HostImport> = { ...blockImports(events) };
  for (const [name, what] of Object.entries(FORBIDDEN)) env[name] = () => events.forbidden(what);
  return {
    "extism:host/env": env,
    "mortise:slot": Object.fromEntries(Array.from({ length: slots }, (_, n) => [String(n), () => 0n])),
  };
}

/**
 * A fixed time and fixed "random" bytes, which keep builds reproducible; the author is warned.
 */
export function createBuildClocks(events: BuildHostEvents, memory: WebAssembly.Memory): BuildClocks {
  return {
    clock: wrapAsWasmFunction(["i32", "i64", "i32"], (_id: number, _precision: bigint, result: number) => {
      new Uint8Array(memory.buffer).fill(0, result, result + CLOCK_BYTES);
      events.frozen("the clock");
      return 0;
    }),
    random: wrapAsWasmFunction(["i32", "i32"], (address: number, length: number) => {
      new Uint8Array(memory.buffer).fill(1, address, address + length);
      events.frozen("random numbers");
      return 0;
    }),
  };
}

/** Blocks live as long as the build; log lines are short and few. */
function blockImports(events: BuildHostEvents): Record<string, HostImport> {
  const blocks = new Map<number, Uint8Array>();
  let next = 8;
  const locate = (address: bigint): { block: Uint8Array; at: number } | undefined => {
    for (const [start, block] of blocks) {
      const at = Number(address) - start;
      if (at >= 0 && at < block.length) return { block, at };
    }
    return undefined;
  };
  const env: Record<string, HostImport> = {
    alloc: (size: bigint) => {
      const handle = next;
      next += Number(size) + 8;
      blocks.set(handle, new Uint8Array(Number(size) + 8));
      return BigInt(handle);
    },
    free: (handle: bigint) => void blocks.delete(Number(handle)),
    length: (handle: bigint) => BigInt((blocks.get(Number(handle))?.length ?? 8) - 8),
    load_u8: (address: bigint) => read(locate(address), 1)[0] ?? 0,
    load_u64: (address: bigint) => new DataView(read(locate(address), 8).buffer).getBigUint64(0, true),
    store_u8: (address: bigint, value: number) => write(locate(address), Uint8Array.of(value)),
    store_u64: (address: bigint, value: bigint) => {
      write(locate(address), new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer));
      return undefined;
    },
    get_log_level: () => 0,
  };
  for (const level of LEVELS) {
    env[`log_${level}`] = (handle: bigint) => {
      const block = blocks.get(Number(handle));
      events.log({ level, text: new TextDecoder().decode(block?.subarray(0, -8)) });
      blocks.delete(Number(handle));
      return undefined;
    };
  }
  return env;
}

function read(place: { block: Uint8Array; at: number } | undefined, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  if (place !== undefined) copy.set(place.block.subarray(place.at, place.at + length));
  return copy;
}

function write(place: { block: Uint8Array; at: number } | undefined, bytes: Uint8Array): undefined {
  if (place !== undefined && place.at + bytes.length <= place.block.length) place.block.set(bytes, place.at);
}
