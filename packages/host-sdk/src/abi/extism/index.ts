import type { Abi } from "../abi.ts";
import { ExtismCaller } from "./caller.ts";
import { type Dialect, JS_SDK, STANDARD } from "./dialect.ts";
import { callableExports } from "./exports.ts";
import { ExtismInstance } from "./instance.ts";
import { waitingImports } from "./waiting-imports.ts";

/** The calling convention of the Extism ecosystem. It also runs modules that import nothing of it. */
export const extism: Abi = createExtismAbi(STANDARD);

/** The same for programs that were written against the JavaScript SDK of Extism. */
export const extismOfJsSdk: Abi = createExtismAbi(JS_SDK);

interface ExtismAbi extends Abi {
  instantiate(...args: Parameters<Abi["instantiate"]>): ExtismInstance;
}

/** Makes a dialect of the convention. */
export function createExtismAbi(dialect: Dialect): ExtismAbi {
  return {
    name: dialect.name,
    claims: () => true,
    exports: (program) => callableExports(program.main.description),
    waitingImports,
    createCaller: (program, sandbox) => new ExtismCaller(program, sandbox, dialect),
    instantiate: (program, sandbox, options) => new ExtismInstance(program, sandbox, options, dialect),
  };
}
