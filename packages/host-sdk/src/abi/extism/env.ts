import type { LogLevel } from "../../sandbox/log.ts";
import { bytesArgument, textArgument } from "./arguments.ts";
import type { Boundary, ImportFunction } from "./boundary.ts";
import { NO_BYTES } from "./call-input.ts";
import { httpImports } from "./http.ts";

/** The module name of the ABI. */
export const ENV_NAMESPACE = "extism:host/env";

/** The functions that the kernel itself offers to guests. */
const KERNEL_FUNCTIONS = [
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
] as const;

/** Those that change the sandbox or reach the application; with the guest in a worker they run at its caller. */
export const CALLER_FUNCTIONS: ReadonlySet<string> = new Set([
  "var_get",
  "var_set",
  "log_trace",
  "log_debug",
  "log_info",
  "log_warn",
  "log_error",
  "http_request",
  "http_status_code",
  "http_headers",
]);

/**
 * Everything that a guest may import from `extism:host/env`: blocks, input and output straight from the kernel, the
 * rest from the sandbox. The host frees what it is passed, after it has made what it returns.
 */
export function createEnv(boundary: Boundary): ReadonlyMap<string, WebAssembly.ImportValue> {
  const env = new Map<string, WebAssembly.ImportValue>();
  for (const name of KERNEL_FUNCTIONS) env.set(name, boundary.kernel.imports[name] as WebAssembly.ImportValue);
  for (const [name, run] of Object.entries({
    ...configImports(boundary),
    ...varImports(boundary),
    ...logImports(boundary),
  })) {
    env.set(name, boundary.guard(name, run, "TRAP"));
  }
  for (const [name, run] of Object.entries(httpImports(boundary))) env.set(name, run);
  return env;
}

function storeOrZero({ kernel }: Boundary, value: string | Uint8Array | undefined): bigint {
  return value === undefined ? 0n : BigInt(kernel.store(value));
}

function configImports(boundary: Boundary): Record<string, ImportFunction> {
  const { kernel, sandbox } = boundary;
  return {
    config_get(key: bigint) {
      const result = storeOrZero(boundary, sandbox.config.get(textArgument(boundary, "the key of config_get", key)));
      kernel.consume(key);
      return result;
    },
  };
}

function varImports(boundary: Boundary): Record<string, ImportFunction> {
  const { kernel, sandbox } = boundary;
  return {
    var_get(key: bigint) {
      const result = storeOrZero(boundary, sandbox.vars.get(textArgument(boundary, "the key of var_get", key)));
      kernel.consume(key);
      return result;
    },
    var_set(key: bigint, value: bigint) {
      const name = textArgument(boundary, "the key of var_set", key);
      if (value === 0n) {
        sandbox.vars.delete(name);
      } else {
        sandbox.vars.set(name, bytesArgument(boundary, "the value of var_set", value) ?? NO_BYTES);
      }
      kernel.consume(key);
      kernel.consume(value);
    },
  };
}

function logImports(boundary: Boundary): Record<string, ImportFunction> {
  const { kernel, sandbox } = boundary;
  const logAt = (level: Exclude<LogLevel, "off">) => (line: bigint) => {
    sandbox.log.write(level, bytesArgument(boundary, `the line of log_${level}`, line) ?? NO_BYTES);
    kernel.consume(line);
  };
  return {
    log_trace: logAt("trace"),
    log_debug: logAt("debug"),
    log_info: logAt("info"),
    log_warn: logAt("warn"),
    log_error: logAt("error"),
    get_log_level: () => sandbox.log.priority,
  };
}
