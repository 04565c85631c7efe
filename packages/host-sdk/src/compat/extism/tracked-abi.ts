import type { Abi, Program } from "../../abi/abi.ts";
import { JS_SDK } from "../../abi/extism/dialect.ts";
import { createExtismAbi } from "../../abi/extism/index.ts";
import type { ExtismInstance } from "../../abi/extism/instance.ts";

/** The calling convention of one plugin, together with what it is being used on. */
export class TrackedAbi {
  readonly #maxPages: number | undefined;
  #program: Program | undefined;
  #latest: ExtismInstance | undefined;

  /** @param maxPages cap of the blocks in kernel memory, in pages of 64 KiB */
  constructor(maxPages: number | undefined) {
    this.#maxPages = maxPages;
  }

  /** Makes the calling convention for a program. */
  choose(program: Program): Abi {
    this.#program = program;
    const dialect = createExtismAbi({ ...JS_SDK, kernelPages: kernelPages(this.#maxPages) });
    const instantiate: Abi["instantiate"] = (...args) => {
      const instance = dialect.instantiate(...args);
      this.#latest = instance;
      return instance;
    };
    return { ...(dialect as Abi), instantiate };
  }

  /** The program that {@link choose} was given. */
  get program(): Program {
    return this.#program as Program;
  }

  /** The latest instance of the main module on this thread; none where the plugin runs in a worker. */
  get instance(): WebAssembly.Instance | undefined {
    return this.#latest?.main.instance;
  }
}

/** The SDK's limit counts blocks alone. The kernel keeps 8 bytes beside every 64 of them, and 1 KiB of its own. */
function kernelPages(maxPages: number | undefined): number | undefined {
  return maxPages === undefined ? undefined : Math.ceil(maxPages * (1 + 8 / 64) + 1 / 64);
}
