import { type ErrorCode, isPluginError, PluginError } from "../../errors.ts";

/** Messages that programs for the JavaScript SDK may compare with. */
const MESSAGES: { readonly [Code in ErrorCode]?: (error: PluginError) => string } = {
  PLUGIN_FAILED: (error) => `Plugin-originated error: ${error.message}`,
  REENTRANT_CALL: () => "plugin is not reentrant",
  TIMEOUT: () => "EXTISM: call canceled due to timeout",
};

/**
 * What a call throws: the very error that a host function threw, else a {@link PluginError} with the message that
 * the JavaScript SDK would have given.
 */
export function errorOfCall(error: unknown): unknown {
  if (!isPluginError(error)) return error;
  if (error.code === "HOST_FUNCTION_FAILED" && error.cause !== undefined) return error.cause;
  const message = MESSAGES[error.code]?.(error);
  return message === undefined ? error : withMessage(error, message);
}

/** What creating a plugin throws. */
export function errorOfCreation(error: unknown): unknown {
  if (isPluginError(error) && error.code === "TIMEOUT") {
    return withMessage(error, "EXTISM: timed out while waiting for plugin to instantiate");
  }
  return errorOfCall(error);
}

function withMessage(error: PluginError, message: string): PluginError {
  const { code, plugin, export: name, exitCode, cause } = error;
  return new PluginError(code, message, { plugin, export: name, exitCode, cause: cause ?? error });
}
