import { MAX_MODULES } from "../limits.ts";
import {
  integerUpTo,
  invalid,
  listOf,
  nullable,
  type Place,
  quote,
  readObject,
  readString,
  readStringMap,
} from "./fields.ts";
import { type ParsedSource, readWasmSource } from "./wasm-source.ts";

/** The limits that a manifest sets; what is absent keeps its default. */
export interface MemorySettings {
  readonly maxPages?: number;
  readonly maxHttpResponseBytes?: number;
  readonly maxVarBytes?: number;
}

/** A {@link ParsedSource} with the name that it goes by: the given one, `main`, or else `wasm[1]` and the like. */
export type NamedSource = ParsedSource & { readonly name: string };

/** A manifest after {@link parseManifest}: checked, complete and deeply frozen, the bytes of `data` aside. */
export interface ParsedManifest {
  /** At least one; each has a name of its own. */
  readonly wasm: readonly NamedSource[];
  /** Index in `wasm` of the module that is called. */
  readonly mainIndex: number;
  readonly memory: MemorySettings;
  /** Without a prototype: every key is a config key. */
  readonly config: Readonly<Record<string, string>>;
  readonly allowedHosts: readonly string[];
  /** Host path, perhaps with the prefix `ro:`, to guest path; without a prototype. */
  readonly allowedPaths: Readonly<Record<string, string>>;
  /** Absent: no timeout. */
  readonly timeoutMs?: number;
}

/** Name of the module that is called, where there are several. */
const MAIN = "main";

const EMPTY_MAP: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

const memoryReaders = {
  maxPages: nullable(integerUpTo(2 ** 32 - 1)),
  maxHttpResponseBytes: nullable(integerUpTo(Number.MAX_SAFE_INTEGER)),
  maxVarBytes: nullable(integerUpTo(Number.MAX_SAFE_INTEGER)),
};

const readers = {
  $schema: readString,
  wasm: listOf(readWasmSource),
  memory: (value: unknown, at: Place) => Object.freeze({ ...readObject(value, at, memoryReaders) }),
  config: readStringMap,
  allowedHosts: nullable(listOf(readString)),
  allowedPaths: nullable(readStringMap),
  timeoutMs: nullable(integerUpTo(Number.MAX_SAFE_INTEGER)),
};

/**
 * Checks a manifest and brings it into one form. Pure: it loads nothing and resolves no path. Bytes in `data`
 * are copied at once, so that a later change by their owner has no effect.
 *
 * The format is {@link https://github.com/extism/extism/blob/main/manifest/schema.json | Extism's manifest
 * schema}; each key may also be written in camelCase, but not in both forms at once. `null` means "not given"
 * where that schema allows it.
 *
 * @param manifest JSON text, or the object that it stands for
 * @param where what messages call the manifest, such as its path
 * @throws {PluginError} `MANIFEST_INVALID`, naming the key; `UNSUPPORTED` for a `hash` on a ready module
 */
export function parseManifest(manifest: unknown, where = "given in code"): ParsedManifest {
  const at: Place = { manifest: where, path: "" };
  const value = typeof manifest === "string" ? parseJson(manifest, at) : manifest;
  const fields = readObject(value, at, readers);
  const { wasm: sources = [], memory = Object.freeze({}), config = EMPTY_MAP, timeoutMs } = fields;
  const wasm = nameModules(sources, at);
  return Object.freeze({
    wasm,
    mainIndex: mainOf(wasm),
    memory,
    config,
    allowedHosts: fields.allowedHosts ?? Object.freeze([]),
    allowedPaths: fields.allowedPaths ?? EMPTY_MAP,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function parseJson(text: string, at: Place): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw invalid(at, `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function nameModules(sources: readonly ParsedSource[], at: Place): readonly NamedSource[] {
  if (sources.length === 0) throw invalid(at, "names no module; wasm needs at least one entry");
  if (sources.length > MAX_MODULES)
    throw invalid(at, `names ${sources.length} modules; at most ${MAX_MODULES} are possible`);
  const main = mainOf(sources);
  const taken = new Map<string, number>();
  const named = sources.map((source, index) => {
    const name = source.name ?? (index === main ? MAIN : `wasm[${index}]`);
    const twin = taken.get(name);
    if (twin !== undefined)
      throw invalid(at, `has two modules named ${quote(name)}: wasm[${twin}] and wasm[${index}]`);
    taken.set(name, index);
    return Object.freeze({ ...source, name });
  });
  return Object.freeze(named);
}

function mainOf(sources: readonly ParsedSource[]): number {
  const named = sources.findIndex(({ name }) => name === MAIN);
  return named === -1 ? sources.length - 1 : named;
}
