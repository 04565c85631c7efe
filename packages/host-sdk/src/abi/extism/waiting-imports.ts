import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Program } from "../abi.ts";
import { ENV_NAMESPACE } from "./env.ts";
import { isAsyncImport } from "./http.ts";

/** Labels of the ABI's own imports that a program uses and that have to be waited for: HTTP, where hosts are granted. */
export function waitingImports(program: Program, sandbox: Sandbox): readonly string[] {
  const waits: string[] = [];
  for (const { description } of program.modules) {
    for (const { module, name, kind } of description.imports) {
      if (kind === "function" && module === ENV_NAMESPACE && isAsyncImport(name, sandbox))
        waits.push(`${module}.${name}`);
    }
  }
  return waits;
}
