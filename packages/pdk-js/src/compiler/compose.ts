import { BUNDLE_NAME, firstPosition, mapStack, SOURCE_MAP_SECTION } from "../source-map.ts";
import type { LogLine } from "./build-host.ts";
import { ENGINE_EXPORTS } from "./engine-exports.ts";
import { BuildError, type Problem } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { type EngineImage, type GuestLibrary, neededWasi } from "./library.ts";
import { composeModule, takeSnapshot } from "./snapshot.ts";
import type { Evaluation } from "./stage.ts";

export interface ComposeOptions {
  /** A bundled ES module. */
  readonly code: string;
  /** A version 3 source map of `code`, as JSON. */
  readonly sourceMap?: string;
  /** Keeps the source map in the plugin, so that hosts can name the author's lines. Default: true. */
  readonly sourcemap?: boolean;
  /** Milliseconds that top-level code may run. Default: 10,000. */
  readonly timeoutMs?: number;
}

export interface BuildResult {
  /** The plugin. */
  readonly wasm: Uint8Array;
  /** Names of the functions a host can call. */
  readonly exports: readonly string[];
  /** Host functions the plugin declares, as `namespace.name`. */
  readonly imports: readonly string[];
  /** What the author should look at, although the plugin was built. */
  readonly warnings: readonly Problem[];
  /** What top-level code wrote to the console. */
  readonly logs: readonly LogLine[];
}

/** Exports that a host treats specially, or that every plugin has. */
const RESERVED = new Set([
  ...ENGINE_EXPORTS,
  "_start",
  "_initialize",
  "__wasm_call_ctors",
  "hs_init",
  "hs_exit",
  "table",
]);
const DEFAULT_TIMEOUT_MS = 10_000;

/** Bundled code in, plugin out. Pure but for the clock that limits top-level code. @throws BuildError */
export async function composePlugin(
  options: ComposeOptions,
  library: GuestLibrary,
  image: EngineImage,
): Promise<BuildResult> {
  const locate = (stack: string): Partial<Problem> => position(stack, options.sourceMap);
  const evaluation = await evaluate({
    code: options.code,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    library,
    image,
    fail: (message, stack) => {
      return new BuildError([{ message, ...locate(stack) }], { cause: mapStack(stack, options.sourceMap) });
    },
  });
  const { shape, engine, stackTop, logs } = evaluation;
  checkExports(evaluation);
  const { sourceMap } = options;
  const sections: Record<string, Uint8Array> = {};
  if (sourceMap !== undefined && options.sourcemap !== false)
    sections[SOURCE_MAP_SECTION] = new TextEncoder().encode(sourceMap);
  return {
    wasm: composeModule(image.bytes, takeSnapshot(engine, stackTop), {
      shape,
      wasi: neededWasi(options.code, library.web),
      customSections: sections,
    }),
    exports: shape.exports,
    imports: shape.imports.map(({ namespace, name }) => `${namespace}.${name}`),
    warnings: warningsOf(evaluation, locate),
    logs,
  };
}

/** Where a stack leads: the author's file if the map knows it, else the bundle itself. */
function position(stack: string, sourceMap: string | undefined): Partial<Problem> {
  const mapped = sourceMap === undefined ? undefined : firstPosition(stack, sourceMap);
  if (mapped !== undefined) return mapped;
  const frame = /\bplugin\.js:(\d+)(?::(\d+))?/.exec(stack);
  if (frame === null || sourceMap !== undefined) return {};
  const line = { file: BUNDLE_NAME, line: Number(frame[1]) };
  return frame[2] === undefined ? line : { ...line, column: Number(frame[2]) };
}

function checkExports({ shape }: Evaluation): void {
  const problems: Problem[] = shape.problems.map(({ name, what }) => ({
    message: `export "${name}" ${what}`,
  }));
  for (const name of shape.exports) {
    if (RESERVED.has(name))
      problems.push({ message: `export "${name}" has a name that every plugin uses itself` });
  }
  if (shape.exports.length === 0 && problems.length === 0) {
    problems.push({ message: "the plugin exports no function, so no host could call it" });
  }
  if (problems.length > 0) throw new BuildError(problems);
}

/** One warning for each kind and place. */
function warningsOf({ frozen }: Evaluation, locate: (stack: string) => Partial<Problem>): Problem[] {
  const unique = new Map<string, Problem>();
  for (const { what, stack } of frozen) {
    const message = `top-level code reads ${what}: it runs when the plugin is built, so every instance would see the same value`;
    const problem = { message, ...locate(stack) };
    unique.set(JSON.stringify(problem), problem);
  }
  return [...unique.values()];
}
