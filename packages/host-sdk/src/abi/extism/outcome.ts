import { isPluginError, PluginError } from "../../errors.ts";
import { PAGE_BYTES } from "../../limits.ts";
import { isWasiExit } from "../../sandbox/wasi/exit.ts";
import type { LinkedModule } from "../link.ts";
import { type Boundary, messageOf } from "./boundary.ts";
import { NO_BYTES } from "./call-input.ts";
import { outputTooLarge } from "./direct.ts";
import { OUTCOME } from "./kernel.ts";

/** Where a call happened, for its errors. */
export interface CallPlace {
  readonly plugin: string;
  readonly export: string;
}

/** What a call without output ends with; told from an output of no bytes by its identity. */
export const NO_OUTPUT: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * The output of a call that returned, or its error.
 * @param code what the export returned; nothing counts as 0
 */
export function outcomeOfReturn(
  boundary: Boundary,
  modules: readonly LinkedModule[],
  place: CallPlace,
  code: unknown,
): Uint8Array<ArrayBuffer> {
  return outcomeOfCode(boundary, modules, place, boundary.dialect.ignoresReturnCodes ? 0 : code);
}

function outcomeOfCode(
  boundary: Boundary,
  modules: readonly LinkedModule[],
  place: CallPlace,
  code: unknown,
): Uint8Array<ArrayBuffer> {
  if (boundary.failure) throw located(boundary.failure, place);
  const outcome = boundary.kernel.outcome();
  if (outcome & OUTCOME.error) {
    throw reportedFailure(boundary, modules, place);
  }
  if (code !== undefined && code !== 0) throw nonzeroExit(boundary, modules, place, Number(code));
  return takeOutput(boundary, outcome, place);
}

function takeOutput(boundary: Boundary, outcome: number, place: CallPlace): Uint8Array<ArrayBuffer> {
  const { kernel, output, sandbox } = boundary;
  if (outcome & OUTCOME.outputWithHost) return output;
  if (boundary.leavesOutput) return NO_BYTES;
  if (!(outcome & OUTCOME.output)) return isEmptyOutput(boundary) ? new Uint8Array(0) : NO_OUTPUT;
  const { maxOutputBytes } = sandbox.limits;
  const length = kernel.outputLength();
  if (length > maxOutputBytes) throw located(outputTooLarge(length, maxOutputBytes), place);
  return kernel.output();
}

/** Whether the guest set an output, though without bytes. */
function isEmptyOutput({ kernel, dialect }: Boundary): boolean {
  const offset = kernel.imports["output_offset"] as () => bigint;
  return dialect.keepsEmptyOutput && offset() !== 0n;
}

/**
 * What an exception that left the guest means: an exit, a failure that the host recorded, or a trap.
 * Returns the output when it is an exit with code 0.
 */
export function outcomeOfThrow(
  boundary: Boundary,
  modules: readonly LinkedModule[],
  place: CallPlace,
  thrown: unknown,
): Uint8Array<ArrayBuffer> {
  if (boundary.failure) throw located(boundary.failure, place);
  if (isPluginError(thrown)) throw located(thrown, place);
  if (isWasiExit(thrown)) return outcomeOfCode(boundary, modules, place, thrown.code);
  if (boundary.kernel.outcome() & OUTCOME.error) throw reportedFailure(boundary, modules, place, thrown);
  if (atMemoryLimit(boundary, modules)) throw memoryLimit(boundary, place, thrown);
  throw trapped(place, thrown);
}

/** The guest said what went wrong. */
function reportedFailure(
  boundary: Boundary,
  modules: readonly LinkedModule[],
  place: CallPlace,
  cause?: unknown,
): PluginError {
  const text = boundary.kernel.errorText();
  if (atMemoryLimit(boundary, modules)) return memoryLimit(boundary, place, new Error(text, { cause }));
  return new PluginError("PLUGIN_FAILED", text, cause === undefined ? place : { ...place, cause });
}

function nonzeroExit(
  boundary: Boundary,
  modules: readonly LinkedModule[],
  place: CallPlace,
  exitCode: number,
): PluginError {
  const message = `${describePlace(place)} ended with code ${exitCode}`;
  const error = new PluginError("EXIT_NONZERO", message, { ...place, exitCode });
  return atMemoryLimit(boundary, modules) ? memoryLimit(boundary, place, error) : error;
}

function memoryLimit({ sandbox }: Boundary, place: CallPlace, cause: unknown): PluginError {
  return new PluginError(
    "MEMORY_LIMIT",
    `${describePlace(place)} failed at its memory limit of ${sandbox.limits.maxPages} pages (memory.maxPages): ${messageOf(cause)}`,
    { ...place, cause },
  );
}

function trapped(place: CallPlace, thrown: unknown): PluginError {
  if (isWasmFault(thrown)) {
    return new PluginError("TRAP", `${describePlace(place)} trapped: ${messageOf(thrown)}`, {
      ...place,
      cause: thrown,
    });
  }
  return new PluginError(
    "HOST_FUNCTION_FAILED",
    `a host function returned what ${describePlace(place)} cannot take: ${messageOf(thrown)}`,
    { ...place, cause: thrown },
  );
}

/** Traps, an exception that the guest threw and nobody caught, and a stack overflow (a RangeError on V8). */
function isWasmFault(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) return true;
  if (typeof WebAssembly.Exception === "function" && thrown instanceof WebAssembly.Exception) return true;
  return (thrown as { name?: unknown })?.name === "InternalError"; // SpiderMonkey: too much recursion
}

/** Whether kernel memory refused to grow, or any memory that can be seen stands at the limit. */
function atMemoryLimit({ kernel, sandbox }: Boundary, modules: readonly LinkedModule[]): boolean {
  if (kernel.exhausted) return true;
  const limit = sandbox.limits.maxPages * PAGE_BYTES;
  return modules.some(({ exports }) =>
    Object.values(exports).some(
      (value) => value instanceof WebAssembly.Memory && value.buffer.byteLength >= limit,
    ),
  );
}

/** An error with the place where it happened. */
export function located(error: PluginError, place: CallPlace): PluginError {
  const { code, message, cause, exitCode } = error;
  const placed = new PluginError(code, `${describePlace(place)}: ${message}`, {
    ...place,
    exitCode,
    ...(cause === undefined ? {} : { cause }),
  });
  if (error.stack) placed.stack = error.stack;
  return placed;
}

function describePlace(place: CallPlace): string {
  return `export ${place.export} of plugin ${place.plugin}`;
}
