/** Where hosts of this calling convention differ. */
export interface Dialect {
  /** Name by which another thread finds the same dialect. */
  readonly name: string;
  /** Whether a code that an export returns says nothing about the success of its call. An exit code always does. */
  readonly ignoresReturnCodes: boolean;
  /** Whether exports may have parameters, which get no values, and any results. */
  readonly callsAnyFunction: boolean;
  /** Whether an output of no bytes is told from no output, and made of a block of its own. */
  readonly keepsEmptyOutput: boolean;
  /** Whether a command that uses no WASI is run when the plugin starts. */
  readonly runsCommands: boolean;
  /** Cap of kernel memory in pages, where it is not that of the linear memories (`maxPages`). */
  readonly kernelPages?: number | undefined;
}

/** The convention as this package means it. */
export const STANDARD: Dialect = Object.freeze({
  name: "extism",
  ignoresReturnCodes: false,
  callsAnyFunction: false,
  keepsEmptyOutput: false,
  runsCommands: false,
});

/** The convention as programs for the JavaScript SDK of Extism expect it. */
export const JS_SDK: Dialect = Object.freeze({
  name: "extism/js-sdk",
  ignoresReturnCodes: true,
  callsAnyFunction: true,
  keepsEmptyOutput: true,
  runsCommands: true,
});
