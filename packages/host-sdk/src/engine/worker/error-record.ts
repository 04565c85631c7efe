import { isPluginError, PluginError } from "../../errors.ts";
import type { CauseRecord, ErrorRecord } from "./messages.ts";

/** Causes of causes that are kept. */
const MAX_DEPTH = 8;

/** Turns whatever was thrown in a worker into something that can be posted. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (!isPluginError(thrown)) {
    return {
      code: "WORKER_CRASHED",
      message: `the worker failed: ${toCause(thrown).message}`,
      cause: toCause(thrown),
    };
  }
  const { code, message, plugin, exitCode, cause } = thrown;
  return {
    code,
    message,
    plugin,
    export: thrown.export,
    exitCode,
    cause: cause === undefined ? undefined : toCause(cause),
  };
}

function toCause(thrown: unknown, depth = 0): CauseRecord {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  const { name, message, stack, cause } = thrown;
  return {
    name,
    message,
    stack,
    cause: cause === undefined || depth >= MAX_DEPTH ? undefined : toCause(cause, depth + 1),
  };
}

/** Makes a real error again: with the guest's stack in its cause, and the caller's stack as its own. */
export function fromErrorRecord(record: ErrorRecord): PluginError {
  const { code, message, plugin, exitCode, cause } = record;
  const details = { plugin, export: record.export, exitCode };
  return new PluginError(code, message, cause ? { ...details, cause: fromCause(cause) } : details);
}

function fromCause({ name, message, stack, cause }: CauseRecord): Error {
  const error = new Error(message, cause ? { cause: fromCause(cause) } : undefined);
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}
