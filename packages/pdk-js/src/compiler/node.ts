/**
 * The compiler on Node: TypeScript in, plugin out.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { type Bundle, type BundleOptions, bundle } from "./bundle.ts";
import { type BuildResult, composePlugin } from "./compose.ts";
import { library } from "./library.generated.ts";
import type { EngineImage } from "./library.ts";

export type { LogLevel, LogLine } from "./build-host.ts";
export type { BuildResult } from "./compose.ts";
export { BuildError, formatProblem, type Problem } from "./errors.ts";

export interface BuildPluginOptions extends BundleOptions {
  /** Keeps the source map in the plugin, so that hosts can name the author's lines. Default: true. */
  readonly sourcemap?: boolean;
  /** Milliseconds that top-level code may run. Default: 10,000. */
  readonly timeoutMs?: number;
}

let image: Promise<EngineImage> | undefined;

/**
 * Builds a plugin from a TypeScript or JavaScript file, or from code.
 * Types are not checked: that is `tsc`'s work. The same input gives the same bytes.
 *
 * @example
 * const { wasm } = await buildPlugin({ entry: "plugin.ts" });
 *
 * @throws BuildError with file, line and column, for whatever is wrong with the source.
 * @throws TypeError unless exactly one of `entry` and `code` is given.
 */
export async function buildPlugin(options: BuildPluginOptions): Promise<BuildResult> {
  const [bundled] = await Promise.all([bundle(options), loadEngine()]);
  return await composeBundle(options, bundled);
}

/** The second half of {@link buildPlugin}, for a bundle that is made already. */
export async function composeBundle(options: BuildPluginOptions, bundled: Bundle): Promise<BuildResult> {
  const result = await composePlugin({ ...options, ...bundled }, library, await loadEngine());
  return { ...result, warnings: [...bundled.warnings, ...result.warnings] };
}

/** Read and compiled once in a process. */
export function loadEngine(): Promise<EngineImage> {
  image ??= readFile(new URL("../engine.wasm", import.meta.url)).then(async (file) => {
    const bytes = new Uint8Array(file);
    return { bytes, module: await WebAssembly.compile(bytes) };
  });
  return image;
}
