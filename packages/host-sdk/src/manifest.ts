export {
  type MemorySettings,
  type NamedSource,
  type ParsedManifest,
  parseManifest,
} from "./manifest/parse.ts";
export type { ParsedSource } from "./manifest/wasm-source.ts";

/** What every entry of a manifest's `wasm` may say besides where the module comes from. */
export interface WasmMetadata {
  /** Name by which the other modules import this one. With several modules, the one named `main` is called. */
  readonly name?: string | null;
  /**
   * SHA-256 that the bytes must have: 64 hexadecimal digits, any case. An empty string is an error, not a skip;
   * `null` or nothing means that the bytes are not checked.
   */
  readonly hash?: string | null;
}

/** A module in a file. */
export interface WasmPath extends WasmMetadata {
  /** Relative to the folder of the manifest; in a manifest given in code, to the working directory. */
  readonly path: string;
}

/** A module at an http, https or file URL. */
export interface WasmUrl extends WasmMetadata {
  /** Relative to the URL of the manifest, or its folder, unless it has a scheme. */
  readonly url: string | URL;
  /** Default `GET`. */
  readonly method?: string | null;
  /** Sent with the request; dropped when a redirect leads to another origin. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A module as bytes. They are copied before the function that takes the manifest returns. */
export interface WasmData extends WasmMetadata {
  /** A string is base64 (RFC 4648, padded). Of a view, exactly its own range. */
  readonly data: Uint8Array | ArrayBuffer | string;
}

/** A module in a response of fetch, whose body nobody has read. Only in manifests given in code. */
export interface WasmResponse extends WasmMetadata {
  readonly response: Response;
}

/** A compiled module. Only in manifests given in code, and without `hash`: it hides its bytes. */
export interface WasmModule extends WasmMetadata {
  readonly module: WebAssembly.Module;
}

/** One entry of a manifest's `wasm`: where a module comes from. */
export type WasmSource = WasmPath | WasmUrl | WasmData | WasmResponse | WasmModule;

/**
 * What a plugin is made of, and what it is granted: nothing that is not listed here.
 *
 * @example
 * ```ts
 * const manifest: Manifest = {
 *   wasm: [{ path: "count-vowels.wasm" }],
 *   config: { vowels: "aeiouäöü" },
 *   memory: { maxPages: 16 },
 * };
 * ```
 */
export interface Manifest {
  /** Address of a JSON Schema, for editors; it has no effect. */
  readonly $schema?: string;
  /** At least one module. The one named `main` is called, else the last. */
  readonly wasm: readonly WasmSource[];
  readonly memory?: {
    /** Cap of each memory by itself, in pages of 64 KiB. Default 16,384. */
    readonly maxPages?: number | null;
    /** Largest HTTP response, in bytes after decompression. Default 50 MiB. */
    readonly maxHttpResponseBytes?: number | null;
    /** Keys plus values of all vars, in bytes. Default 1 MiB; 0 disables vars. */
    readonly maxVarBytes?: number | null;
  };
  /** What the guest reads with `config_get`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Host names, or globs over them (`*.example.com`), that the guest may send HTTP requests to. Default: none. */
  readonly allowedHosts?: readonly string[] | null;
  /** Host path to guest path; the prefix `ro:` on the host path makes it read-only. Default: none. */
  readonly allowedPaths?: Readonly<Record<string, string>> | null;
  /** Longest time of a call, in milliseconds. Default, and `null`: no limit. */
  readonly timeoutMs?: number | null;
}

/** A {@link Manifest} with its keys as manifest files write them; what `import … with { type: "json" }` gives. */
export interface ManifestJson extends Pick<Manifest, "$schema" | "wasm" | "config"> {
  readonly memory?: {
    readonly max_pages?: number | null;
    readonly max_http_response_bytes?: number | null;
    readonly max_var_bytes?: number | null;
  };
  readonly allowed_hosts?: readonly string[] | null;
  readonly allowed_paths?: Readonly<Record<string, string>> | null;
  readonly timeout_ms?: number | null;
}

/**
 * Everything that a plugin can be made from.
 *
 * A string is JSON text if its first character, after white space, is `{`; a URL if it has http, https or file as
 * its scheme; else a path. What a path, URL, `Response` or bytes hold, WebAssembly or a manifest, the bytes decide.
 */
export type ManifestLike =
  | Manifest
  | ManifestJson
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Response
  | WebAssembly.Module;
