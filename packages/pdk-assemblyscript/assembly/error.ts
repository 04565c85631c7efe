import { blockOfText } from "./blocks";
import * as env from "./env";

/**
 * Sets the call's error text: the call fails with it, whatever the export returns. The plugin's state stays.
 * Return from the export afterwards; `throw` gives up the instance instead.
 */
export function error(message: string): void {
  // An empty text would be handle 0, which clears the error.
  env.error_set(blockOfText(message.length == 0 ? "the plugin failed without a message" : message));
}

/** Sets the error text and returns 1, for exports that return a code: `return fail("no such user");`. */
export function fail(message: string): i32 {
  error(message);
  return 1;
}
