import { PluginError } from "../errors.ts";
import { decodeBase64 } from "./base64.ts";
import {
  expected,
  type Fields,
  invalid,
  nullable,
  type Place,
  quote,
  readObject,
  readString,
  readStringMap,
} from "./fields.ts";
import { copyBytes, isArrayBuffer, isModule, isResponse, isUint8Array, isUrl } from "./kinds.ts";

interface ParsedCommon {
  /** Name of the module, by which others import it, if the manifest gives one. */
  readonly name?: string;
  /** SHA-256 that the bytes must have: 64 hexadecimal digits, lower case. */
  readonly hash?: string;
}

/** One entry of a manifest's `wasm`, checked. */
export type ParsedSource = ParsedCommon &
  (
    | { readonly kind: "path"; readonly path: string }
    | {
        readonly kind: "url";
        /** As given: absolute with http, https or file as its scheme, or relative to the manifest. */
        readonly url: string;
        readonly method: string;
        readonly headers: Readonly<Record<string, string>>;
      }
    | { readonly kind: "data"; readonly data: Uint8Array<ArrayBuffer> }
    | { readonly kind: "response"; readonly response: Response }
    | { readonly kind: "module"; readonly module: WebAssembly.Module }
  );

const readers = {
  path: readString,
  url: readUrl,
  method: nullable(readMethod),
  headers: readHeaders,
  data: readData,
  response: readResponse,
  module: readModule,
  name: nullable(readString),
  hash: nullable(readHash),
};

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

const KINDS = ["path", "url", "data", "response", "module"] as const;

/** Reads one entry of `wasm`. It says in exactly one way where the module comes from. */
export function readWasmSource(value: unknown, at: Place): ParsedSource {
  const fields = readObject(value, at, readers);
  const given = KINDS.filter((kind) => fields[kind] !== undefined);
  if (given.length > 1) throw invalid(at, `has ${given.join(" and ")}; give one of them`);
  if (
    given.length === 1 &&
    fields.url === undefined &&
    (fields.method !== undefined || fields.headers !== undefined)
  ) {
    throw invalid(at, "has a method or headers, which go with url only");
  }
  if (fields.module !== undefined && fields.hash !== undefined) {
    const message = `Manifest ${at.manifest}: ${at.path}.hash cannot be checked, because a WebAssembly.Module hides its bytes; give the bytes, or check them before compiling`;
    throw new PluginError("UNSUPPORTED", message);
  }
  const source = toSource(fields);
  if (source === undefined) throw invalid(at, "says nowhere to load from; give one of path, url or data");
  return Object.freeze(source);
}

function toSource(fields: Fields<typeof readers>): ParsedSource | undefined {
  const common = {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(fields.hash === undefined ? {} : { hash: fields.hash }),
  };
  if (fields.path !== undefined) return { kind: "path", path: fields.path, ...common };
  if (fields.data !== undefined) return { kind: "data", data: fields.data, ...common };
  if (fields.response !== undefined) return { kind: "response", response: fields.response, ...common };
  if (fields.module !== undefined) return { kind: "module", module: fields.module, ...common };
  const { url, method = "GET", headers = NO_HEADERS } = fields;
  return url === undefined ? undefined : { kind: "url", url, method, headers, ...common };
}

function readUrl(value: unknown, at: Place): string {
  const text = isUrl(value) ? value.href : readString(value, at);
  // Any base will do: it is only there so that a relative URL passes.
  const url = URL.canParse(text, "http://base.invalid/") ? new URL(text, "http://base.invalid/") : undefined;
  if (url === undefined || text === "") throw invalid(at, "is not a URL");
  if (!["http:", "https:", "file:"].includes(url.protocol)) {
    throw invalid(at, `has the scheme ${quote(url.protocol)}; http:, https: and file: are possible`);
  }
  return text;
}

function readMethod(value: unknown, at: Place): string {
  const method = readString(value, at);
  // RFC 9110, section 9.1, less what fetch refuses.
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method) || /^(?:connect|trace|track)$/i.test(method)) {
    throw invalid(at, `is not an HTTP method that can be sent: ${quote(method)}`);
  }
  return method;
}

function readHeaders(value: unknown, at: Place): Readonly<Record<string, string>> {
  const headers = readStringMap(value, at);
  for (const [name, text] of Object.entries(headers)) {
    try {
      new Headers([[name, text]]);
    } catch (cause) {
      throw invalid(at, `has a header that cannot be sent: ${quote(name)}`, cause);
    }
  }
  return headers;
}

function readData(value: unknown, at: Place): Uint8Array<ArrayBuffer> {
  if (isUint8Array(value) || isArrayBuffer(value)) return copyBytes(value);
  if (typeof value !== "string") throw expected("base64 text or bytes", value, at);
  const bytes = decodeBase64(value);
  if (bytes === undefined)
    throw invalid(at, "is not base64 (RFC 4648: standard alphabet, padded, no white space)");
  return bytes;
}

function readResponse(value: unknown, at: Place): Response {
  if (!isResponse(value)) throw expected("a Response", value, at);
  return value;
}

function readModule(value: unknown, at: Place): WebAssembly.Module {
  if (!isModule(value)) throw expected("a WebAssembly.Module", value, at);
  return value;
}

function readHash(value: unknown, at: Place): string {
  const hash = readString(value, at);
  if (!/^[0-9a-f]{64}$/i.test(hash)) {
    throw invalid(
      at,
      `must be a SHA-256 in 64 hexadecimal digits, not ${hash === "" ? "empty" : quote(hash)}`,
    );
  }
  return hash.toLowerCase();
}
