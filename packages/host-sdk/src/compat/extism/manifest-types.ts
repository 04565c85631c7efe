/** Limits of a plugin. 0 counts as not given. */
export type MemoryOptions = {
  /** Cap of the memory through which host and plugin exchange blocks, in pages of 64 KiB. Default 16,384. */
  maxPages?: number | undefined;
  /** Largest HTTP response, in bytes after decompression. Default 50 MiB. */
  maxHttpResponseBytes?: number | undefined;
  /** Keys plus values of all variables, in bytes. Default 1 MiB. */
  maxVarBytes?: number | undefined;
};

interface CamelCaseOptions {
  /** Guest path to host path: the other way round than in manifest files of other SDKs. Used with `useWasi`. */
  allowedPaths?: { [key: string]: string } | undefined;
  /** Host names, or globs over them. Needs `runInWorker`, or a platform that can suspend a plugin. */
  allowedHosts?: string[] | undefined;
  /** Limits. */
  memory?: MemoryOptions;
  /** What the guest reads with `config_get`. */
  config?: { [key: string]: string };
  /** Longest time of start-up and of each call, in milliseconds. */
  timeoutMs?: number | null;
}

interface SnakeCaseOptions {
  allowed_paths?: CamelCaseOptions["allowedPaths"];
  allowed_hosts?: CamelCaseOptions["allowedHosts"];
  timeout_ms?: number | null;
}

/** The options that a manifest can give. */
export type ManifestOptions = CamelCaseOptions & SnakeCaseOptions;

/** A module as bytes. */
export interface ManifestWasmData {
  data: Uint8Array;
}

/** A module at a URL. */
export interface ManifestWasmUrl {
  url: URL | string;
}

/** A module in a file. */
export interface ManifestWasmPath {
  path: string;
}

/** A module in a response of fetch. */
export interface ManifestWasmResponse {
  response: Response;
}

/** A compiled module. */
export interface ManifestWasmModule {
  module: WebAssembly.Module;
}

/** Where a module comes from, what it is called, and the SHA-256 that its bytes must have. */
export type ManifestWasm = (
  | ManifestWasmUrl
  | ManifestWasmData
  | ManifestWasmPath
  | ManifestWasmResponse
  | ManifestWasmModule
) & { name?: string; hash?: string };

/** What a plugin is made of. The module named `main` is called; without a name, the last one is. */
export interface Manifest extends ManifestOptions {
  wasm: Array<ManifestWasm>;
}

/**
 * Everything that a plugin can be made from. A string is JSON text if it starts with `{`, a URL if it has an http,
 * https or file scheme, else the path of a module.
 */
export type ManifestLike = Manifest | Response | WebAssembly.Module | ArrayBuffer | string | URL;
