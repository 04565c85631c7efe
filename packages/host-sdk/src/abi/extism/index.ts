import type { Abi } from "../abi.ts";
import { ExtismCaller } from "./caller.ts";
import { callableExports } from "./exports.ts";
import { ExtismInstance } from "./instance.ts";
import { waitingImports } from "./waiting-imports.ts";

/** The calling convention of the Extism ecosystem. It also runs modules that import nothing of it. */
export const extism: Abi = {
  name: "extism",
  claims: () => true,
  exports: (program) => callableExports(program.main.description),
  waitingImports,
  createCaller: (program, sandbox) => new ExtismCaller(program, sandbox),
  instantiate: (program, sandbox, options) => new ExtismInstance(program, sandbox, options),
};
