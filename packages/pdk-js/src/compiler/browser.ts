/**
 * The compiler where there is no file system: bundled code in, plugin out.
 *
 * @packageDocumentation
 */
import { type BuildResult, type ComposeOptions, composePlugin } from "./compose.ts";
import { library } from "./library.generated.ts";
import type { EngineImage } from "./library.ts";

export type { LogLevel, LogLine } from "./build-host.ts";
export type { BuildResult, ComposeOptions } from "./compose.ts";
export { BuildError, formatProblem, type Problem } from "./errors.ts";

let image: Promise<EngineImage> | undefined;

/**
 * Builds a plugin from one ES module in JavaScript. It may import `@mortise/pdk-js` and nothing else:
 * bundle everything else before.
 *
 * @param engine - The bytes of `@mortise/pdk-js/engine.wasm`, if they should not be fetched from beside this file.
 * @throws BuildError with line and column, for whatever is wrong with the code.
 */
export async function buildPlugin(options: ComposeOptions, engine?: BufferSource): Promise<BuildResult> {
  if (engine !== undefined) return await composePlugin(options, library, await compile(engine));
  image ??= fetchEngine();
  return await composePlugin(options, library, await image);
}

async function fetchEngine(): Promise<EngineImage> {
  const response = await fetch(new URL("../engine.wasm", import.meta.url));
  if (!response.ok) throw new TypeError(`engine.wasm could not be fetched: status ${response.status}`);
  return await compile(await response.arrayBuffer());
}

async function compile(engine: BufferSource): Promise<EngineImage> {
  const bytes = ArrayBuffer.isView(engine)
    ? new Uint8Array(engine.buffer, engine.byteOffset, engine.byteLength)
    : new Uint8Array(engine);
  return { bytes, module: await WebAssembly.compile(engine) };
}
