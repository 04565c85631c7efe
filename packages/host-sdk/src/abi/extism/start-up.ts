import { WASI_NAMESPACES } from "../../sandbox/system/settings.ts";
import type { LinkedModule } from "../link.ts";
import type { Dialect } from "./dialect.ts";
import { COMMAND_EXPORT } from "./exports.ts";

/** A function to run once, before the first call. */
export interface StartUpFunction {
  readonly name: string;
  readonly run: CallableFunction;
  readonly args: readonly number[];
}

/**
 * The start-up functions of a module, in order: `_initialize`, and after it the Haskell runtime's `hs_init`; or, in
 * a module without `_initialize`, its constructors. `_start` is a command's main function, and a start-up function
 * only in a dialect that {@link Dialect.runsCommands | runs commands}.
 */
export function startUpFunctions({ source, exports }: LinkedModule, dialect: Dialect): StartUpFunction[] {
  const find = (name: string, args: readonly number[] = []): StartUpFunction[] => {
    const run = Object.hasOwn(exports, name) ? exports[name] : undefined;
    return typeof run === "function" ? [{ name, run, args }] : [];
  };
  const initialize = find("_initialize");
  if (initialize.length > 0) return [...initialize, ...find("hs_init", [0, 0])];
  const usesSystem = source.description.imports.some(({ module }) => WASI_NAMESPACES.includes(module));
  if (dialect.runsCommands && !usesSystem) {
    // Under another name: after a call to a command's main function, its instance is not used again.
    const command = find(COMMAND_EXPORT).map((main) => ({ ...main, name: "(start-up)" }));
    if (command.length > 0) return command;
  }
  return find("__wasm_call_ctors");
}
