import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Program } from "../abi.ts";
import { ENV_NAMESPACE } from "./env.ts";
import { isAsyncImport } from "./http.ts";

/** Labels of the ABI's own imports that a program uses and that have to be waited for: HTTP, where hosts are granted. */
export function waitingImports(program: Program, sandbox: Sandbox): readonly string[] {
  const waits = program.modules
    .flatMap(({ description }) => description.imports)
    .filter(
      ({ module, name, kind }) =>
        kind === "function" && module === ENV_NAMESPACE && isAsyncImport(name, sandbox),
    );
  return waits.map(({ module, name }) => `${module}.${name}`);
}
