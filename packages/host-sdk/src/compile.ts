import type { ProgramModule } from "./abi/abi.ts";
import { PluginError } from "./errors.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { LoadedBytes, LoadedModule } from "./source/index.ts";
import { describeCompiled } from "./wasm/describe.ts";
import { limitModule } from "./wasm/limit.ts";
import type { ModuleDescription } from "./wasm/types.ts";

/** The limits that are written into a module, and so decide which compiled module may be shared. */
export type CompileLimits = Pick<Limits, "maxPages" | "maxTableEntries">;

/** A module ready to be instantiated. */
export interface CompiledModule extends ProgramModule {
  /** Whether it can fill the engine's garbage-collected heap, which no limit here covers. */
  readonly usesGc: boolean;
}

type CacheEntry = { readonly bytes: number; readonly compiled: Promise<Limited> };
type Limited = { readonly module: WebAssembly.Module; readonly description: ModuleDescription };

const MAX_CACHED_MODULES = 64;
const MAX_CACHED_BYTES = 256 * 1024 * 1024;

/** Compiled modules by digest and limits, the least recently used first. */
const cache = new Map<string, CacheEntry>();

/**
 * Compiles a loaded module with the limits patched into it. Two loads of the same bytes under the same limits
 * compile once; a tighter limit never receives the looser module.
 *
 * @throws {PluginError} `MODULE_INVALID`, `MEMORY_LIMIT` when it starts above a limit, `UNSUPPORTED` when a limit is
 *   asked of a ready `WebAssembly.Module`, which hides its bytes
 */
export async function compileModule(
  loaded: LoadedBytes | LoadedModule,
  limits: CompileLimits,
): Promise<CompiledModule> {
  const { name } = loaded;
  if (loaded.module) return adoptModule(name, loaded.module, limits);
  const { module, description } = await compileCached(loaded, limits);
  return { name, module, description, usesGc: description.usesGc };
}

function adoptModule(name: string, module: WebAssembly.Module, limits: CompileLimits): CompiledModule {
  const asked =
    limits.maxPages !== DEFAULT_LIMITS.maxPages || limits.maxTableEntries !== DEFAULT_LIMITS.maxTableEntries;
  if (asked) {
    throw new PluginError(
      "UNSUPPORTED",
      `module ${name} is a compiled WebAssembly.Module, into which no memory limit can be written; give its bytes instead`,
    );
  }
  return { name, module, description: describeCompiled(module), usesGc: false };
}

function compileCached(loaded: LoadedBytes, limits: CompileLimits): Promise<Limited> {
  if (loaded.digest === undefined) return compileLimited(loaded, limits);
  const key = `${loaded.digest} ${limits.maxPages} ${limits.maxTableEntries}`;
  const known = cache.get(key);
  const entry = known ?? { bytes: loaded.bytes.byteLength, compiled: compileLimited(loaded, limits) };
  cache.delete(key);
  cache.set(key, entry);
  if (!known) {
    entry.compiled.catch(() => cache.delete(key));
    trimCache();
  }
  return entry.compiled;
}

function trimCache(): void {
  let bytes = 0;
  for (const entry of cache.values()) bytes += entry.bytes;
  for (const [key, entry] of cache) {
    if (cache.size <= MAX_CACHED_MODULES && bytes <= MAX_CACHED_BYTES) return;
    cache.delete(key);
    bytes -= entry.bytes;
  }
}

async function compileLimited({ bytes, origin }: LoadedBytes, limits: CompileLimits): Promise<Limited> {
  const limited = limitNaming(origin, bytes, limits);
  try {
    return { module: await WebAssembly.compile(limited.bytes), description: limited.description };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PluginError("MODULE_INVALID", `${origin} does not compile: ${reason}`, { cause: error });
  }
}

function limitNaming(origin: string, bytes: Uint8Array<ArrayBuffer>, limits: CompileLimits) {
  try {
    return limitModule(bytes, limits);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw new PluginError(error.code, `${origin}: ${error.message}`, { cause: error });
  }
}
