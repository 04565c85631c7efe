import { PluginError } from "../../errors.ts";
import { isArrayBuffer, isModule, isPlainObject, isResponse, isUrl, typeName } from "../../manifest/kinds.ts";
import type { Manifest as NativeManifest, ManifestLike as NativeManifestLike } from "../../manifest.ts";
import type { ManifestLike, ManifestOptions } from "./manifest-types.ts";

/** A manifest, apart into what is loaded and what is granted. */
export interface SplitManifest {
  /** For the loader. A manifest that is yet to be fetched keeps its own settings. */
  readonly source: NativeManifestLike;
  readonly settings: ManifestOptions;
}

type Fields = Readonly<Record<string, unknown>>;

/** Media types that a response may have. */
const MODULE_TYPES = ["application/octet-stream", "application/wasm"];
const MANIFEST_TYPES = ["application/json", "text/json"];

/** In the order in which they are looked for. */
const KINDS = ["data", "path", "url", "response", "module"];

/**
 * Takes a manifest, or what stands for one, apart.
 * @throws {TypeError} for what the JavaScript SDK makes no plugin from
 * @throws {PluginError} `MANIFEST_INVALID` when no module is the main one
 */
export function splitManifest(like: ManifestLike): SplitManifest {
  const value: unknown = like;
  if (typeof value === "string") return splitString(value);
  if (isUrl(value)) return splitUrl(value);
  if (isResponse(value)) return { source: checkContentType(value), settings: {} };
  if (isArrayBuffer(value)) return oneModule({ data: value });
  if (isPlainObject(value) && "wasm" in value) return splitFields(value);
  if (isModule(value)) return oneModule({ module: value });
  throw new TypeError(`Expected "wasm" key in manifest, which is of type ${typeName(value)}`);
}

function splitUrl(url: URL): SplitManifest {
  return url.protocol === "file:" ? oneModule({ url }) : { source: url, settings: {} };
}

function splitString(text: string): SplitManifest {
  if (/^\s*\{/.test(text)) return splitFields(JSON.parse(text) as Fields);
  return /^(?:https?|file):\/\//.test(text) ? splitUrl(new URL(text)) : oneModule({ path: text });
}

function splitFields(fields: Fields): SplitManifest {
  const items: unknown = fields["wasm"];
  if (!Array.isArray(items)) throw new TypeError('Expected "manifest.wasm" to be array');
  const either = (camel: string, snake: string) => fields[camel] ?? fields[snake];
  const settings = {
    config: fields["config"],
    memory: toCamelCase(fields["memory"]),
    allowedHosts: either("allowedHosts", "allowed_hosts"),
    allowedPaths: either("allowedPaths", "allowed_paths"),
    timeoutMs: either("timeoutMs", "timeout_ms"),
  };
  return { source: toSource(items), settings: settings as ManifestOptions };
}

function toCamelCase(memory: unknown): Fields {
  const camel = (name: string) => name.replace(/_[a-z]/g, (match) => match.slice(1).toUpperCase());
  return Object.fromEntries(Object.entries(memory ?? {}).map(([name, value]) => [camel(name), value]));
}

function oneModule(item: Fields): SplitManifest {
  return { source: toSource([item]), settings: {} };
}

/** The modules alone, named as the SDK names them: modules import from each other by these names. */
function toSource(items: readonly Fields[]): NativeManifest {
  const wasm = items.map((item, index) => {
    const kind = KINDS.find((candidate) => item[candidate]);
    if (kind === undefined) {
      const keys = '"data", "url", or "path" key';
      throw new TypeError(
        `Expected every item in "manifest.wasm" to include either a ${keys}; got bad item at index ${index}`,
      );
    }
    const name = item["name"] ?? (index === items.length - 1 ? "main" : (item["hash"] ?? String(index)));
    const request = kind === "url" ? { method: item["method"], headers: item["headers"] } : {};
    return { [kind]: item[kind], ...request, name, hash: item["hash"] };
  });
  if (!wasm.some(({ name }) => name === "main")) {
    throw new PluginError(
      "MANIFEST_INVALID",
      'manifest with multiple modules must designate one "main" module',
    );
  }
  return { wasm } as unknown as NativeManifest; // the loader checks every field
}

function checkContentType(response: Response): Response {
  const [type = ""] = (response.headers.get("content-type") || "application/octet-stream").split(";");
  if ([...MODULE_TYPES, ...MANIFEST_TYPES].includes(type)) return response;
  throw new TypeError(
    `While processing manifest URL "${response.url}"; expected content-type of "text/json", "application/json", "application/octet-stream", or "application/wasm"; got "${type}"`,
  );
}
