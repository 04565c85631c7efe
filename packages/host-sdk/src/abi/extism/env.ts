import type { LogLevel } from "../../sandbox/log.ts";
import { bytesArgument, textArgument } from "./arguments.ts";
import type { Boundary } from "./boundary.ts";
import { NO_BYTES } from "./call-input.ts";
import type { ImportFunction } from "./guard.ts";
import { httpImports } from "./http.ts";

/** The module name of the ABI. */
export const ENV_NAMESPACE = "extism:host/env";

/** The functions that the kernel itself offers to guests. */
const KERNEL_FUNCTIONS: readonly string[] = [
  "alloc",
  "free",
  "length",
  "length_unsafe",
  "load_u8",
  "load_u64",
  "store_u8",
  "store_u64",
  "input_length",
  "input_offset",
  "input_load_u8",
  "input_load_u64",
  "input_set",
  "output_set",
  "output_offset",
  "output_length",
  "error_set",
  "error_get",
  "reset",
  "memory_bytes",
];

const HTTP_FUNCTIONS: readonly string[] = ["http_request", "http_status_code", "http_headers"];

/** Those that change the sandbox or reach the application; with the guest in a worker they run at its caller. */
export const CALLER_FUNCTIONS: ReadonlySet<string> = new Set([
  "var_get",
  "var_set",
  "log_trace",
  "log_debug",
  "log_info",
  "log_warn",
  "log_error",
  ...HTTP_FUNCTIONS,
]);

/** What `extism:host/env` offers. */
export interface Env {
  readonly names: readonly string[];
  get(name: string): WebAssembly.ImportValue | undefined;
}

/**
 * Everything that a guest may import from `extism:host/env`: blocks, input and output straight from the kernel, the
 * rest from the sandbox, each made when it is asked for. The host frees what it is passed, after it has made what it
 * returns.
 */
export function createEnv(boundary: Boundary): Env {
  let http: Record<string, ImportFunction> | undefined;
  return {
    get names() {
      return [...KERNEL_FUNCTIONS, ...SANDBOX_FUNCTIONS.keys(), ...HTTP_FUNCTIONS];
    },
    get(name) {
      if (HTTP_FUNCTIONS.includes(name)) {
        http ??= httpImports(boundary);
        return http[name];
      }
      const create = SANDBOX_FUNCTIONS.get(name);
      if (create) return boundary.guard(name, create(boundary), { code: "TRAP" });
      if (name === "output_set" && boundary.dialect.keepsEmptyOutput) return keepingEmptyOutput(boundary);
      return KERNEL_FUNCTIONS.includes(name)
        ? (boundary.kernel.imports[name] as WebAssembly.ImportValue)
        : undefined;
    },
  };
}

/** An `output_set` that leaves a trace when a guest sets no bytes and has no block for them. */
function keepingEmptyOutput({ kernel }: Boundary): ImportFunction {
  const outputSet = kernel.imports["output_set"] as (offset: bigint, length: bigint) => void;
  return (offset: bigint, length: bigint) =>
    offset === 0n && length === 0n ? kernel.setOutput(NO_BYTES) : outputSet(offset, length);
}

function storeOrZero({ kernel }: Boundary, value: string | Uint8Array | undefined): bigint {
  return value === undefined ? 0n : BigInt(kernel.store(value));
}

function configGet(boundary: Boundary): ImportFunction {
  const { kernel, sandbox } = boundary;
  return (key: bigint) => {
    const result = storeOrZero(
      boundary,
      sandbox.config.get(textArgument(boundary, "the key of config_get", key)),
    );
    kernel.consume(key);
    return result;
  };
}

function varGet(boundary: Boundary): ImportFunction {
  const { kernel, sandbox } = boundary;
  return (key: bigint) => {
    const result = storeOrZero(boundary, sandbox.vars.get(textArgument(boundary, "the key of var_get", key)));
    kernel.consume(key);
    return result;
  };
}

function varSet(boundary: Boundary): ImportFunction {
  const { kernel, sandbox } = boundary;
  return (key: bigint, value: bigint) => {
    const name = textArgument(boundary, "the key of var_set", key);
    const bytes = bytesArgument(boundary, "the value of var_set", value);
    if (bytes) sandbox.vars.set(name, bytes);
    else sandbox.vars.delete(name);
    kernel.consume(key);
    kernel.consume(value);
  };
}

function logAt(level: Exclude<LogLevel, "off">) {
  return (boundary: Boundary): ImportFunction => {
    const { kernel, sandbox } = boundary;
    return (line: bigint) => {
      sandbox.log.write(level, bytesArgument(boundary, `the line of log_${level}`, line) ?? NO_BYTES);
      kernel.consume(line);
    };
  };
}

const SANDBOX_FUNCTIONS: ReadonlyMap<string, (boundary: Boundary) => ImportFunction> = new Map([
  ["config_get", configGet],
  ["var_get", varGet],
  ["var_set", varSet],
  ["log_trace", logAt("trace")],
  ["log_debug", logAt("debug")],
  ["log_info", logAt("info")],
  ["log_warn", logAt("warn")],
  ["log_error", logAt("error")],
  [
    "get_log_level",
    ({ sandbox }: Boundary) =>
      () =>
        sandbox.log.priority,
  ],
]);
