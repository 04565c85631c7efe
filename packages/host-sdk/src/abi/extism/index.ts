import type { Abi } from "../abi.ts";
import { callableExports, ExtismInstance } from "./instance.ts";

/** The calling convention of the Extism ecosystem. It also runs modules that import nothing of it. */
export const extism: Abi = {
  name: "extism",
  claims: () => true,
  exports: (program) => callableExports(program.main.description.exports),
  instantiate: (program, sandbox, options) => new ExtismInstance(program, sandbox, options),
};
