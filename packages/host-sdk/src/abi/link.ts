import { PluginError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ModuleImport } from "../wasm/types.ts";
import type { Program, ProgramModule } from "./abi.ts";
import { type CycleTable, createCycleTable } from "./cycle-table.ts";

/** An instantiated module of a program. */
export interface LinkedModule {
  readonly name: string;
  readonly source: ProgramModule;
  readonly instance: WebAssembly.Instance;
  readonly exports: WebAssembly.Exports;
}

/** A module whose imports are being resolved; its exports exist only once it is instantiated. */
export interface ImportingModule {
  readonly source: ProgramModule;
  readonly exports: () => WebAssembly.Exports | undefined;
}

/** Where imports come from that no other module satisfies. */
export interface Offer {
  /** The value for an import, or `undefined` when there is none. */
  resolve(wanted: ModuleImport, importer: ImportingModule): WebAssembly.ImportValue | undefined;
  /** Names that `resolve` knows in a namespace, to suggest a spelling. */
  namesIn(namespace: string): readonly string[];
  /** Namespaces that `resolve` knows. */
  readonly namespaces: readonly string[];
  /** Those of them that no module of the program can take over by its name. */
  readonly reserved: readonly string[];
}

/**
 * Instantiates the modules of a program, each after those it imports from. Modules may import functions from each
 * other in a cycle; memories, tables and globals may not.
 *
 * @returns the modules in the order of their instantiation
 * @throws {PluginError} `IMPORT_UNRESOLVED`, `MODULE_INVALID`
 */
export function linkProgram(program: Program, offer: Offer): LinkedModule[] {
  return new Linker(program, offer).link();
}

class Linker {
  readonly #program: Program;
  readonly #offer: Offer;
  readonly #byName: ReadonlyMap<string, ProgramModule>;
  readonly #linked = new Map<ProgramModule, LinkedModule>();
  readonly #path: ProgramModule[] = [];
  readonly #cycles: CycleTable = createCycleTable();

  constructor(program: Program, offer: Offer) {
    this.#program = program;
    this.#offer = offer;
    this.#byName = new Map(program.modules.map((module) => [module.name, module]));
  }

  link(): LinkedModule[] {
    for (const module of this.#program.modules) this.#instantiate(module);
    this.#cycles.tie((name) => this.#linked.get(this.#byName.get(name) as ProgramModule)?.exports);
    return [...this.#linked.values()];
  }

  #instantiate(source: ProgramModule): LinkedModule {
    const done = this.#linked.get(source);
    if (done) return done;
    this.#path.push(source);
    const importer: ImportingModule = { source, exports: () => this.#linked.get(source)?.exports };
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    for (const wanted of source.description.imports) {
      imports[wanted.module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>;
      (imports[wanted.module] as Record<string, WebAssembly.ImportValue>)[wanted.name] = this.#resolve(
        wanted,
        importer,
      );
    }
    const instance = createInstance(source, imports);
    const linked = { name: source.name, source, instance, exports: instance.exports };
    this.#path.pop();
    this.#linked.set(source, linked);
    return linked;
  }

  #resolve(wanted: ModuleImport, importer: ImportingModule): WebAssembly.ImportValue {
    const reserved = this.#offer.reserved.includes(wanted.module);
    const provider = reserved ? undefined : this.#byName.get(wanted.module);
    const fromModule = provider && this.#fromModule(provider, wanted);
    const value = fromModule ?? this.#offer.resolve(wanted, importer);
    if (value === undefined) throw this.#unresolved(wanted, provider);
    return value;
  }

  #fromModule(provider: ProgramModule, wanted: ModuleImport): WebAssembly.ImportValue | undefined {
    const offered = provider.description.exports.find((entry) => entry.name === wanted.name);
    if (!offered) return undefined;
    if (!this.#path.includes(provider)) return this.#instantiate(provider).exports[wanted.name];
    if (wanted.kind === "function" && offered.kind === "function") {
      return this.#cycles.defer(provider.name, wanted.name, wanted.type);
    }
    throw new PluginError(
      "IMPORT_UNRESOLVED",
      `modules ${this.#trail()} → ${provider.name} import a ${wanted.kind} in a cycle (${wanted.name}); only functions can be tied so`,
    );
  }

  #trail(): string {
    return this.#path.map((module) => module.name).join(" → ");
  }

  #unresolved(wanted: ModuleImport, provider: ProgramModule | undefined): PluginError {
    const offer = this.#offer;
    const label = `${wanted.module}.${wanted.name}`;
    const spaces = [...offer.namespaces, ...this.#byName.keys()];
    const names = [
      ...(provider?.description.exports.map((e) => e.name) ?? []),
      ...offer.namesIn(wanted.module),
    ];
    const close = nearest(wanted.name, names);
    const space = names.length === 0 ? nearest(wanted.module, spaces) : undefined;
    const hint = close
      ? `; did it mean ${wanted.module}.${close}?`
      : space
        ? `; did it mean the module ${space}?`
        : "";
    return new PluginError(
      "IMPORT_UNRESOLVED",
      `module ${this.#trail()} imports the ${wanted.kind} ${label}, which nobody offers${hint}`,
    );
  }
}

function createInstance(source: ProgramModule, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(source.module, imports);
  } catch (error) {
    if (error instanceof WebAssembly.LinkError) {
      throw new PluginError("IMPORT_UNRESOLVED", `module ${source.name} cannot be linked: ${error.message}`, {
        cause: error,
      });
    }
    throw error; // a trap in its start function: the caller tells what it means
  }
}
