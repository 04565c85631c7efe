import { checkText } from "./bytes.ts";

/** Thrown by {@link error}: its text goes to the host as it is, without a stack. */
export class PluginFailure extends Error {
  override readonly name = "PluginFailure";
  readonly isPluginFailure = true;
}

/**
 * Ends this call with `message` as its error text, exactly. To report a fault with name and stack,
 * throw an ordinary `Error` instead.
 *
 * @throws always.
 */
export function error(message: string): never {
  checkText(message, "error()'s argument");
  throw new PluginFailure(message);
}
