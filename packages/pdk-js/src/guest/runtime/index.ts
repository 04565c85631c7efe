/**
 * The first script in every plugin. It takes the natives that the build process has put on
 * `globalThis.__mortise`, and leaves there what the build process and the adapter call.
 */
import { type ImportDeclaration, type Natives, type Runtime, runtime } from "../natives.ts";
import { installClock } from "./clock.ts";
import { describeThrown } from "./describe.ts";
import { exportProblem } from "./exports.ts";
import { addExport, exportNames, invoke } from "./invoke.ts";
import { throwUnhandled, trackRejection } from "./rejections.ts";

/** What a plugin's module turned out to be, as JSON for the build process. */
export interface PluginShape {
  readonly exports: readonly string[];
  readonly problems: readonly { readonly name: string; readonly what: string }[];
  readonly imports: readonly ImportDeclaration[];
}

/** The functions that are called from outside, by name. */
interface RuntimeHooks {
  invoke(index: number): number;
  trackRejection(promise: unknown, reason: unknown, handled: boolean): void;
  seal(namespace: object): string;
  describe(thrown: unknown): string;
  stack(): string;
}

/** Binds the module's exports by name, closes the declarations, and tells what it found. */
function seal(namespace: object): string {
  throwUnhandled();
  const problems: { name: string; what: string }[] = [];
  for (const [name, value] of Object.entries(namespace)) {
    const what = exportProblem(value);
    if (what === undefined) addExport(name, value as () => unknown);
    else problems.push({ name, what });
  }
  runtime.sealed = true;
  const shape: PluginShape = {
    exports: exportNames(),
    problems,
    imports: runtime.imports,
  };
  return JSON.stringify(shape);
}

const hooks: RuntimeHooks = {
  invoke,
  trackRejection,
  seal,
  describe: describeThrown,
  stack: () => new Error().stack ?? "",
};

const global = globalThis as unknown as { __mortise: Runtime & { natives: Natives; hooks: RuntimeHooks } };
Object.assign(global.__mortise, { imports: [], sealed: false, timers: undefined, hooks });
Object.defineProperty(globalThis, "__mortise", { enumerable: false });
installClock();
