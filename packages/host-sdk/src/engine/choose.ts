import type { Abi, Program } from "../abi/abi.ts";
import { canSuspend } from "../abi/extism/suspension.ts";
import { PluginError } from "../errors.ts";
import { isAsyncFunction } from "../functions.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Engine } from "./engine.ts";
import { createInThreadEngine } from "./in-thread.ts";

/** What there is to run. */
export interface EngineRequest {
  readonly abi: Abi;
  readonly program: Program;
  readonly sandbox: Sandbox;
}

/** Starts a plugin where it can run. */
export async function startEngine(request: EngineRequest): Promise<Engine> {
  const waits = asynchronousImports(request);
  if (waits.length === 0) {
    return createInThreadEngine({ ...request, suspends: false, reason: "nothing that it imports has to be waited for" });
  }
  if (!canSuspend()) {
    throw new PluginError(
      "UNSUPPORTED",
      `host function ${waits[0]} is asynchronous, and this platform cannot suspend a plugin (it has no WebAssembly.Suspending)`,
    );
  }
  return createInThreadEngine({ ...request, suspends: true, reason: `it can be suspended while ${waits[0]} waits` });
}

/** Labels of the imports that return promises. */
function asynchronousImports({ program, sandbox: { functions } }: EngineRequest): string[] {
  const labels: string[] = [];
  for (const { module, name, kind } of program.modules.flatMap((entry) => entry.description.imports)) {
    const run = Object.hasOwn(functions, module) ? functions[module]?.[name] : undefined;
    if (kind === "function" && run && isAsyncFunction(run)) labels.push(`${module}.${name}`);
  }
  return labels;
}
