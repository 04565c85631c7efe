import type { Abi, Program } from "./abi/abi.ts";
import { abiOf } from "./abi/abis.ts";
import { type CompiledModule, compileModule } from "./compile.ts";
import { callbacksOf, createSandbox } from "./create-sandbox.ts";
import { startEngine } from "./engine/start.ts";
import { effectiveLimits, type Limits } from "./limits.ts";
import type { ManifestLike } from "./manifest.ts";
import {
  COMPILE_OPTIONS,
  type CompileOptions,
  checkOptions,
  INSTANTIATE_OPTIONS,
  type InstantiateOptions,
  POOL_OPTIONS,
  type PoolOptions,
  pickOptions,
} from "./options.ts";
import { Plugin } from "./plugin.ts";
import { PluginPool, type PoolPolicy, poolPolicy } from "./plugin-pool.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { DEFAULT_FETCH_TIMEOUT_MS, loadSource, type ManifestSettings } from "./source/index.ts";
import { checkTimeout } from "./timeout.ts";

interface CompiledProgram extends Program {
  readonly modules: readonly CompiledModule[];
}

interface CompiledParts {
  readonly runtime: Runtime;
  readonly abi: Abi;
  readonly program: CompiledProgram;
  readonly limits: Limits;
  readonly settings: ManifestSettings;
  /** The application's own. */
  readonly fetch: typeof globalThis.fetch | undefined;
}

/** A plugin that was loaded and compiled once, to be instantiated many times. Instances share nothing but code. */
export class CompiledPlugin {
  /** Names of the exports that can be called. */
  readonly exports: readonly string[];
  readonly #parts: CompiledParts;

  /** Use `compilePlugin`. */
  constructor(parts: CompiledParts) {
    this.exports = Object.freeze(parts.abi.exports(parts.program));
    this.#parts = parts;
  }

  /** Name of the module that is called. */
  get name(): string {
    return this.#parts.program.main.name;
  }

  /**
   * Makes a plugin: links its modules, runs their start-up functions.
   * @throws {PluginError} `IMPORT_UNRESOLVED`, `UNSUPPORTED`, and whatever a start-up function fails with
   */
  async instantiate(options: InstantiateOptions = {}): Promise<Plugin> {
    checkOptions(options, INSTANTIATE_OPTIONS);
    return this.#start(options, undefined);
  }

  /** Use `createPool`. Makes a pool of instances, and starts the first one. */
  async createPool(options: InstantiateOptions, policy: PoolPolicy): Promise<PluginPool> {
    const { name, exports } = this;
    const pool = new PluginPool({ name, exports, policy, start: (signal) => this.#start(options, signal) });
    await pool.start();
    return pool;
  }

  /** @param signal gives the start-up up */
  async #start(options: InstantiateOptions, signal: AbortSignal | undefined): Promise<Plugin> {
    const { runtime, abi, program, settings } = this.#parts;
    const sandbox = await createSandbox(this.#parts, options);
    const { engine, scope } = await startEngine({
      runtime,
      abi,
      program,
      sandbox,
      isolation: options.isolation ?? "auto",
      timeoutMs: checkTimeout(options.timeoutMs ?? settings.timeoutMs),
      callbacks: callbacksOf(this.#parts, options),
      usesGc: program.modules.some((module) => module.usesGc),
      startWorker: options.worker,
      signal,
    });
    return new Plugin({ name: this.name, exports: this.exports, engine, scope, vars: sandbox.vars });
  }
}

/**
 * Loads and compiles; {@link CompiledPlugin.instantiate} does the rest.
 * @param chooseAbi decides by which calling convention the modules are run
 */
export async function compilePlugin(
  runtime: Runtime,
  source: ManifestLike | PromiseLike<ManifestLike>,
  options: CompileOptions,
  chooseAbi: (program: Program) => Abi = abiOf,
): Promise<CompiledPlugin> {
  const asked = effectiveLimits(options.limits, options.memory);
  const { settings, modules, mainIndex } = await loadSource(source, {
    runtime,
    fetch: options.fetch ?? globalThis.fetch,
    maxModuleBytes: asked.maxModuleBytes,
    fetchTimeoutMs: options.fetchTimeoutMs ?? DEFAULT_FETCH_TIMEOUT_MS,
    trustRemoteManifest: options.trustRemoteManifest ?? false,
    signal: options.signal,
  });
  const limits = effectiveLimits(settings.memory, options.limits, options.memory);
  const compiled = await Promise.all(modules.map((module) => compileModule(module, limits)));
  const program: CompiledProgram = { modules: compiled, main: compiled[mainIndex] as CompiledModule };
  return new CompiledPlugin({
    runtime,
    abi: chooseAbi(program),
    program,
    limits,
    settings,
    fetch: options.fetch,
  });
}

/** What a runtime's entry exports. */
export interface BoundApi {
  /**
   * Loads, compiles and starts a plugin.
   *
   * @param source a manifest (object or JSON text), a path, a URL, bytes, a `Response` or a `WebAssembly.Module`.
   *   A string that starts with `{` is JSON, one with an http, https or file scheme a URL, any other a path; bytes
   *   may be a module or a manifest.
   * @param options win over the manifest
   *
   * @example
   * ```ts
   * const plugin = await createPlugin("count-vowels.wasm", { config: { vowels: "aeiou" } });
   * const output = await plugin.call("count_vowels", "Hello, World!");
   * console.log(output.json());
   * await plugin.close();
   * ```
   */
  createPlugin(
    source: ManifestLike | PromiseLike<ManifestLike>,
    options?: CompileOptions & InstantiateOptions,
  ): Promise<Plugin>;
  /** Loads and compiles a plugin once, to instantiate it many times. */
  compilePlugin(
    source: ManifestLike | PromiseLike<ManifestLike>,
    options?: CompileOptions,
  ): Promise<CompiledPlugin>;
  /**
   * Loads and compiles a plugin once and runs its calls on several instances of it. One is started at once, the
   * others when calls would have to wait. For calls that compute side by side, say `isolation: "worker"`.
   *
   * @example
   * ```ts
   * await using pool = await createPool("render.wasm", { size: 4, isolation: "worker", timeoutMs: 200 });
   * const pages = await Promise.all(templates.map((template) => pool.call("render", template)));
   * ```
   */
  createPool(source: ManifestLike | PromiseLike<ManifestLike>, options?: PoolOptions): Promise<PluginPool>;
}

/** Binds the API to a runtime. */
export function bindRuntime(runtime: Runtime): BoundApi {
  return {
    async createPlugin(source, options = {}) {
      checkOptions(options, COMPILE_OPTIONS, INSTANTIATE_OPTIONS);
      const compiled = await compilePlugin(runtime, source, options);
      return compiled.instantiate(pickOptions(options, INSTANTIATE_OPTIONS));
    },
    async compilePlugin(source, options = {}) {
      checkOptions(options, COMPILE_OPTIONS);
      return compilePlugin(runtime, source, options);
    },
    async createPool(source, options = {}) {
      checkOptions(options, COMPILE_OPTIONS, INSTANTIATE_OPTIONS, POOL_OPTIONS);
      const policy = poolPolicy(options, runtime.parallelism());
      const compiled = await compilePlugin(runtime, source, options);
      return compiled.createPool(pickOptions(options, INSTANTIATE_OPTIONS), policy);
    },
  };
}
