import { type ErrorCode, isPluginError, type PluginError } from "@mortise/host-sdk";
import { expect } from "vitest";

/** The error that `work` fails with, which must have the code. */
export async function failure(
  work: Promise<unknown> | (() => unknown),
  code: ErrorCode,
): Promise<PluginError> {
  const error = await reasonOf(work);
  if (!isPluginError(error)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}

async function reasonOf(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (reason) {
    return reason;
  }
  return expect.fail("it succeeded");
}
