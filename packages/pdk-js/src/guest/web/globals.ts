import { natives } from "../natives.ts";
import { describeThrown } from "../runtime/describe.ts";
import { defineGlobals } from "./define.ts";

/** Writes an error to the host's log, as an uncaught one would be; the call goes on. */
function reportError(thrown: unknown): void {
  natives.logError(natives.storeText(describeThrown(thrown)));
}

defineGlobals({ self: globalThis, navigator: Object.freeze({ userAgent: "Mortise" }), reportError });
