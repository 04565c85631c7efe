import {
  createPlugin,
  type ErrorCode,
  isPluginError,
  type Plugin,
  type PluginError,
} from "@mortise/host-sdk";
import { afterEach, beforeEach, expect } from "vitest";
import { compileWat } from "../abi/guests.ts";

/** Echoes its input, and counts its calls in a guest global. */
export const echoGuest = compileWat(`(module
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "echo") (call $output_set (call $input_offset) (call $input_length))))`);

/**
 * Before each test of the file, loads a plugin that has nothing to do with it; after it, that plugin must still
 * answer, and so must a new one.
 */
export function watchOtherPlugins(): void {
  let witness: Plugin;
  beforeEach(async () => {
    witness = await createPlugin(echoGuest);
  });
  afterEach(async () => {
    expect((await witness.call("echo", "still here")).text()).toBe("still here");
    await witness.close();
    await using newcomer = await createPlugin(echoGuest);
    expect((await newcomer.call("echo", "new here")).text()).toBe("new here");
  });
}

/** The `PluginError` that a promise, or a function, fails with. */
export async function failureOf(attempt: Promise<unknown> | (() => unknown)): Promise<PluginError> {
  try {
    await (typeof attempt === "function" ? attempt() : attempt);
  } catch (error) {
    if (isPluginError(error)) return error;
    expect.fail(`not a PluginError: ${error instanceof Error ? error.stack : String(error)}`);
  }
  expect.fail("nothing failed");
}

/** Expects a `PluginError` by its code and by what its message contains. */
export async function expectFailure(
  attempt: Promise<unknown> | (() => unknown),
  code: ErrorCode,
  ...says: readonly string[]
): Promise<PluginError> {
  const error = await failureOf(attempt);
  expect({ code: error.code, message: error.message }).toEqual({ code, message: error.message });
  for (const part of says) expect(error.message).toContain(part);
  return error;
}
