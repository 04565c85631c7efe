import type { Program } from "../../abi/abi.ts";
import { compilePlugin } from "../../compiled-plugin.ts";
import { PluginError } from "../../errors.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { WASI_NAMESPACES } from "../../sandbox/system/settings.ts";
import { errorOfCreation } from "./errors.ts";
import { splitManifest } from "./manifest.ts";
import type { ManifestLike } from "./manifest-types.ts";
import { compileOptions, instantiateOptions, type PlatformServices } from "./native-options.ts";
import { ExtismPlugin } from "./plugin.ts";
import { checkSettings, mergeSettings } from "./settings.ts";
import { TrackedAbi } from "./tracked-abi.ts";
import type { Capabilities, ExtismPluginOptions, Plugin } from "./types.ts";

/** What differs between the entries of this API. */
export interface ExtismPlatform extends PlatformServices {
  readonly runtime: Runtime;
  readonly capabilities: Capabilities;
}

/**
 * Makes a plugin, with the arguments, the results and the refusals of `createPlugin` of `@extism/extism` 2.
 *
 * It holds to more than that package: limits and timeouts in manifests are kept, also in JSON; a call after `close`
 * is refused; output and input are nobody else's; a fetched manifest grants no hosts and no paths; an empty `hash`
 * is an error; a host that only a wildcard allows must be on the public internet. A trap, an exit or a host
 * function's error makes the next call start on a fresh instance, in which guest globals are as at the beginning.
 *
 * @param manifest a manifest (object or JSON text), a path, a URL, bytes, a `Response` or a `WebAssembly.Module`
 * @param options win over the manifest, each as a whole
 * @throws {TypeError} for what that package refuses
 * @throws {PluginError} for everything else that can go wrong
 *
 * @example
 * ```ts
 * import createPlugin from "@mortise/host-sdk/extism";
 *
 * const plugin = await createPlugin("count-vowels.wasm", { config: { vowels: "aeiou" } });
 * const output = await plugin.call("count_vowels", "Hello, World!");
 * console.log(output?.json());
 * await plugin.close();
 * ```
 */
export type CreatePlugin = (
  manifest: ManifestLike | PromiseLike<ManifestLike>,
  options?: ExtismPluginOptions,
) => Promise<Plugin>;

/** Binds the API to a platform. */
export function bindExtism(platform: ExtismPlatform): CreatePlugin {
  return async (manifest, options = {}) => {
    try {
      return await createPlugin(platform, await manifest, options);
    } catch (error) {
      throw errorOfCreation(error);
    }
  };
}

async function createPlugin(
  platform: ExtismPlatform,
  manifest: ManifestLike,
  options: ExtismPluginOptions,
): Promise<Plugin> {
  const { source, settings: granted } = splitManifest(manifest);
  const settings = mergeSettings(options, granted, platform.capabilities);
  checkSettings(settings, options);
  const tracked = new TrackedAbi(settings.memory.maxPages || undefined);
  const compiled = await compilePlugin(platform.runtime, source, compileOptions(settings), (program) => {
    checkWasi(program, settings.useWasi);
    return tracked.choose(program);
  });
  const plugin = await compiled.instantiate(instantiateOptions(settings, tracked.program, platform));
  return new ExtismPlugin(plugin, tracked, settings.runInWorker);
}

/** @throws {PluginError} `IMPORT_UNRESOLVED` */
function checkWasi({ modules }: Program, useWasi: boolean): void {
  const imports = modules.flatMap(({ description }) => description.imports);
  if (useWasi || !imports.some(({ module }) => WASI_NAMESPACES.includes(module))) return;
  throw new PluginError("IMPORT_UNRESOLVED", 'WASI is not enabled; see the "useWasi" plugin option');
}
