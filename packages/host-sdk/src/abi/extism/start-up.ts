import type { LinkedModule } from "../link.ts";

/** A function to run once, before the first call. */
export interface StartUpFunction {
  readonly name: string;
  readonly run: CallableFunction;
  readonly args: readonly number[];
}

/**
 * The start-up functions of a module, in order: `_initialize`, and after it the Haskell runtime's `hs_init`; or, in
 * a module without `_initialize`, its constructors. `_start` is a command's main function, never a start-up function.
 */
export function startUpFunctions({ exports }: LinkedModule): StartUpFunction[] {
  const find = (name: string, args: readonly number[] = []): StartUpFunction[] => {
    const run = Object.hasOwn(exports, name) ? exports[name] : undefined;
    return typeof run === "function" ? [{ name, run, args }] : [];
  };
  const initialize = find("_initialize");
  if (initialize.length > 0) return [...initialize, ...find("hs_init", [0, 0])];
  return find("__wasm_call_ctors");
}
