import { expect } from "vitest";
import { type ErrorCode, PluginError } from "../../../src/errors.ts";

/** Expects that an action throws a `PluginError` of this code whose message contains all the given parts. */
export function expectPluginError(action: () => unknown, code: ErrorCode, ...parts: string[]): void {
  const error = caught(action);
  expect(error).toBeInstanceOf(PluginError);
  expect(error).toMatchObject({ code });
  for (const part of parts) expect((error as PluginError).message).toContain(part);
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
