import { invalid } from "../manifest/fields.ts";
import type { NamedSource } from "../manifest/parse.ts";
import { checkModuleHeader } from "./bytes.ts";
import { checkHash, sha256Hex } from "./digest.ts";
import type { SourceEnvironment } from "./environment.ts";
import { checkSize, givenInCode, type Loaded, type Origin } from "./origin.ts";
import { loadPath, pathOf } from "./path.ts";
import { loadResponse } from "./response.ts";
import { isUntrusted, refused } from "./trust.ts";
import { loadUrl } from "./url.ts";

interface LoadedCommon {
  /** Name by which other modules import this one; unique among the modules of a manifest. */
  readonly name: string;
  /** Where it came from, for messages: a path, a URL without its secrets, or how it was given. */
  readonly origin: string;
}

/** A module as bytes that nobody else holds. They begin as WebAssembly does, and have the hash that was asked for. */
export interface LoadedBytes extends LoadedCommon {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256, 64 hexadecimal digits in lower case; absent where WebCrypto is missing. */
  readonly digest?: string;
  readonly module?: undefined;
}

/** A module that was compiled before. */
export interface LoadedModule extends LoadedCommon {
  readonly module: WebAssembly.Module;
  readonly bytes?: undefined;
}

/** Loads one entry of a manifest that came from `origin`. */
export async function loadModule(
  source: NamedSource,
  at: { readonly origin: Origin; readonly index: number },
  env: SourceEnvironment,
): Promise<LoadedBytes | LoadedModule> {
  const { name } = source;
  const place = `${at.origin.label}, wasm[${at.index}]`;
  if (source.kind === "module") return { name, module: source.module, origin: place };
  const { bytes, origin } = await loadBytes(source, at, env);
  return checkModule({ bytes, origin, name, hash: source.hash });
}

/** Checks bytes that are to be a module: what they are, and their hash. */
export async function checkModule(
  given: Loaded & { readonly name: string; readonly hash?: string | undefined },
): Promise<LoadedBytes> {
  const { bytes, name, hash } = given;
  const origin = given.origin.label;
  checkModuleHeader(bytes, origin);
  const digest = await sha256Hex(bytes);
  if (hash !== undefined) checkHash(hash, digest, origin);
  return { name, origin, bytes, ...(digest === undefined ? {} : { digest }) };
}

async function loadBytes(
  source: Exclude<NamedSource, { kind: "module" }>,
  at: { readonly origin: Origin; readonly index: number },
  env: SourceEnvironment,
): Promise<Loaded> {
  const field = `wasm[${at.index}].${source.kind}`;
  switch (source.kind) {
    case "path":
      if (isUntrusted(at.origin, env)) throw refused(at.origin, field, "names a local file");
      return loadPath(source.path, env, at.origin.folder);
    case "url":
      return loadManifestUrl(source, field, at.origin, env);
    case "data": {
      const origin = givenInCode(`${field} of manifest ${at.origin.label}`);
      checkSize(source.data, origin.label, env);
      return { bytes: source.data, origin };
    }
    case "response":
      return loadResponse(source.response, env);
  }
}

async function loadManifestUrl(
  source: Extract<NamedSource, { kind: "url" }>,
  field: string,
  origin: Origin,
  env: SourceEnvironment,
): Promise<Loaded> {
  const base = origin.url ?? env.runtime.baseUrl?.(origin.folder);
  if (!URL.canParse(source.url, base)) {
    throw invalid(
      { manifest: origin.label, path: field },
      "is relative, and there is nothing to resolve it against",
    );
  }
  const url = new URL(source.url, base);
  if (url.protocol === "file:") {
    if (isUntrusted(origin, env)) throw refused(origin, field, "names a local file");
    return loadPath(pathOf(url, env), env);
  }
  const shaped = source.method !== "GET" || Object.keys(source.headers).length > 0;
  if (shaped && isUntrusted(origin, env) && url.origin !== origin.url?.origin) {
    throw refused(origin, field, "sends a method or headers of its own to another origin");
  }
  return loadUrl(url, env, source);
}
