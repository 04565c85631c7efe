import { PluginError } from "../errors.ts";
import { type AllowedPath, listAllowedPaths } from "../manifest/allowed-paths.ts";
import {
  copyBytes,
  isArrayBuffer,
  isModule,
  isPlainObject,
  isResponse,
  isUint8Array,
  isUrl,
  typeName,
} from "../manifest/kinds.ts";
import { type ParsedManifest, parseManifest } from "../manifest/parse.ts";
import type { ManifestLike } from "../manifest.ts";
import { contentOf, decodeManifest, otherContent } from "./bytes.ts";
import type { SourceEnvironment } from "./environment.ts";
import { checkModule, type LoadedBytes, type LoadedModule, loadModule } from "./module.ts";
import { checkSize, describeUrl, givenInCode, type Loaded, type Origin } from "./origin.ts";
import { loadPath, pathOf } from "./path.ts";
import { loadResponse } from "./response.ts";
import { checkGrants } from "./trust.ts";
import { loadUrl } from "./url.ts";

export { DEFAULT_FETCH_TIMEOUT_MS, type SourceEnvironment } from "./environment.ts";
export type { LoadedBytes, LoadedModule } from "./module.ts";

/** What a manifest says apart from its modules. */
export interface ManifestSettings
  extends Pick<ParsedManifest, "memory" | "config" | "allowedHosts" | "timeoutMs"> {
  /** Host paths are absolute where the runtime has files. */
  readonly allowedPaths: readonly AllowedPath[];
}

/** A manifest with all its modules in memory, checked. Nothing of it is shared with the caller. */
export interface LoadedManifest {
  /** Deeply frozen. */
  readonly settings: ManifestSettings;
  /** At least one. */
  readonly modules: readonly (LoadedBytes | LoadedModule)[];
  /** Index in `modules` of the one that is called. */
  readonly mainIndex: number;
}

const NO_SETTINGS: ManifestSettings = Object.freeze({
  memory: Object.freeze({}),
  config: Object.freeze(Object.create(null)),
  allowedHosts: Object.freeze([]),
  allowedPaths: Object.freeze([]),
});

/**
 * Loads everything that a plugin is made of. Bytes given by the caller are copied, and a `Response` is locked,
 * before this function returns; relative paths are resolved against the working directory of that moment.
 *
 * A manifest that came over http(s), every `Response` included, may grant no hosts or paths, raise no limit above
 * its default and name no local files, unless `trustRemoteManifest` is set: it is refused, naming the field.
 *
 * @throws {PluginError} `MANIFEST_INVALID SOURCE_UNREACHABLE HASH_MISMATCH MODULE_INVALID MODULE_TOO_LARGE ABORTED
 *   UNSUPPORTED`
 * @throws {TypeError} for a value that nothing can be loaded from
 */
export async function loadSource(
  like: ManifestLike | PromiseLike<ManifestLike>,
  env: SourceEnvironment,
): Promise<LoadedManifest> {
  if (isPromiseLike(like)) return loadSource(await like, env);
  if (typeof like === "string") return loadString(like, env);
  if (isUrl(like)) return loadContent(await loadAnyUrl(like, env), env);
  if (isUint8Array(like) || isArrayBuffer(like)) {
    const origin = givenInCode("the given byte array");
    checkSize(like, origin.label, env);
    return loadContent({ bytes: copyBytes(like), origin }, env);
  }
  if (isResponse(like)) return loadContent(await loadResponse(like, env), env);
  if (isModule(like)) return oneModule({ name: "main", module: like, origin: "the given module" });
  if (!isPlainObject(like)) {
    const possible = "a manifest, JSON text, path, URL, bytes, Response or WebAssembly.Module";
    throw new TypeError(`A plugin is made from ${possible}, not from ${typeName(like)}`);
  }
  const origin = givenInCode("given as an object");
  return loadModules(parseManifest(like, origin.label), origin, env);
}

async function loadString(text: string, env: SourceEnvironment): Promise<LoadedManifest> {
  if (/^\uFEFF?\s*\{/.test(text)) {
    const origin = givenInCode("given as JSON text");
    return loadModules(parseManifest(text, origin.label), origin, env);
  }
  if (!/^(?:https?|file):/i.test(text)) return loadContent(await loadPath(text, env), env);
  if (!URL.canParse(text)) throw new TypeError("The string begins like a URL, but is none");
  return loadContent(await loadAnyUrl(new URL(text), env), env);
}

async function loadAnyUrl(url: URL, env: SourceEnvironment): Promise<Loaded> {
  if (url.protocol === "file:") return loadPath(pathOf(url, env), env);
  if (url.protocol === "http:" || url.protocol === "https:") return loadUrl(url, env);
  throw new PluginError(
    "UNSUPPORTED",
    `${describeUrl(url)} has the scheme ${url.protocol}; http:, https: and file: are possible`,
  );
}

/** The bytes decide: a module, or a manifest that names some. */
async function loadContent(loaded: Loaded, env: SourceEnvironment): Promise<LoadedManifest> {
  const { bytes, origin } = loaded;
  const content = contentOf(bytes);
  if (content === "other") throw otherContent(bytes, origin.label, "neither WebAssembly nor a manifest");
  if (content === "module") return oneModule(await checkModule({ ...loaded, name: "main" }));
  const manifest = parseManifest(decodeManifest(bytes, origin.label), origin.label);
  return loadModules(manifest, origin, env);
}

async function loadModules(
  manifest: ParsedManifest,
  origin: Origin,
  env: SourceEnvironment,
): Promise<LoadedManifest> {
  checkGrants(manifest, origin, env);
  const settings = settingsOf(manifest, origin, env);
  // The first failure ends the other loads as well.
  const others = new AbortController();
  const signal = env.signal === undefined ? others.signal : AbortSignal.any([env.signal, others.signal]);
  try {
    const loads = manifest.wasm.map((source, index) =>
      loadModule(source, { origin, index }, { ...env, signal }),
    );
    return Object.freeze({
      settings,
      modules: Object.freeze(await Promise.all(loads)),
      mainIndex: manifest.mainIndex,
    });
  } finally {
    others.abort();
  }
}

function settingsOf(manifest: ParsedManifest, origin: Origin, env: SourceEnvironment): ManifestSettings {
  const { memory, config, allowedHosts, timeoutMs } = manifest;
  const { resolvePath } = env.runtime;
  const allowedPaths = listAllowedPaths(
    manifest.allowedPaths,
    (path) => resolvePath?.(path, origin.folder) ?? path,
  );
  return Object.freeze({
    memory,
    config,
    allowedHosts,
    allowedPaths,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function oneModule(module: LoadedBytes | LoadedModule): LoadedManifest {
  return Object.freeze({ settings: NO_SETTINGS, modules: Object.freeze([module]), mainIndex: 0 });
}

function isPromiseLike(value: unknown): value is PromiseLike<ManifestLike> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
