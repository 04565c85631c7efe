import type { Abi, Program } from "../../abi/abi.ts";
import { JS_SDK } from "../../abi/extism/dialect.ts";
import { createExtismAbi } from "../../abi/extism/index.ts";
import type { ExtismInstance } from "../../abi/extism/instance.ts";

/** A calling convention together with what it is being used on. */
export interface TrackedAbi {
  readonly abi: Abi;
  readonly program: Program;
  /** The latest instance of the main module on this thread. */
  instance(): WebAssembly.Instance | undefined;
}

/** The calling convention for one plugin. */
export function trackAbi(program: Program, kernelPages: number | undefined): TrackedAbi {
  const dialect = createExtismAbi({ ...JS_SDK, kernelPages });
  let latest: ExtismInstance | undefined;
  const instantiate: Abi["instantiate"] = (...args) => {
    const instance = dialect.instantiate(...args);
    latest = instance;
    return instance;
  };
  return { abi: { ...(dialect as Abi), instantiate }, program, instance: () => latest?.main.instance };
}
