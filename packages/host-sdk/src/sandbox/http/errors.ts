import { PluginError } from "../../errors.ts";
import { describeUrl } from "../../source/origin.ts";

/** Longest URL in a message: guests and servers choose them. */
const MAX_URL_LENGTH = 200;

/** A URL fit for a message: short, and without credentials and query. */
export function labelOf(url: URL): string {
  return clip(describeUrl(url));
}

/** Text that a guest or a server chose, cut to what a message can hold. */
export function clip(text: string): string {
  return text.length > MAX_URL_LENGTH ? `${text.slice(0, MAX_URL_LENGTH)}…` : text;
}

/** The plugin may not send this. */
export function denied(message: string): PluginError {
  return new PluginError("HTTP_DENIED", message);
}

/** The request could not be made, or was not answered. */
export function failed(message: string, cause?: unknown): PluginError {
  return new PluginError("HTTP_FAILED", message, cause === undefined ? {} : { cause });
}

/** The answer is larger than the plugin may receive. */
export function tooLarge(label: string, maxBytes: number): PluginError {
  return new PluginError(
    "HTTP_TOO_LARGE",
    `the response of ${label} is larger than the limit of ${maxBytes} bytes (memory.maxHttpResponseBytes)`,
  );
}
