/**
 * A value type of WebAssembly. `funcref` and `externref` are the nullable ones; `exnref` stands for exception
 * references, nullable or not; every other reference type is `ref`.
 */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "funcref" | "externref" | "exnref" | "ref";

/** Signature of a function, or of the exception a tag stands for (then without results). */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Size of a linear memory, in 64 KiB pages. */
export interface MemoryType {
  readonly minPages: number;
  /** Absent when the module declares none; the engine then allows what the address type can reach. */
  readonly maxPages?: number;
  readonly shared: boolean;
  /** Whether addresses are `i64`. */
  readonly memory64: boolean;
  /** Whether the module imports this memory instead of defining it. */
  readonly imported: boolean;
}

/** Size of a table, in entries. Sizes beyond 2^53 - 1 (`table64` only) are given as 2^53 - 1. */
export interface TableType {
  readonly element: ValueType;
  readonly minEntries: number;
  /** Absent when the module declares none. */
  readonly maxEntries?: number;
  /** Whether indexes are `i64`. */
  readonly table64: boolean;
  /** Whether the module imports this table instead of defining it. */
  readonly imported: boolean;
}

/** Type of a global variable. */
export interface GlobalType {
  readonly value: ValueType;
  readonly mutable: boolean;
}

/**
 * What an import or export is. `type` is absent where only the compiled module is at hand, because engines do
 * not tell it.
 */
export type ExternalType =
  | { readonly kind: "function"; readonly type?: FunctionType }
  | { readonly kind: "table"; readonly type?: TableType }
  | { readonly kind: "memory"; readonly type?: MemoryType }
  | { readonly kind: "global"; readonly type?: GlobalType }
  | { readonly kind: "tag"; readonly type?: FunctionType };

/** The five kinds of import and export, in the words of `WebAssembly.Module.imports`. */
export type ExternalKind = ExternalType["kind"];

/** One import, in the order of the module. */
export type ModuleImport = ExternalType & { readonly module: string; readonly name: string };

/** One export, in the order of the module. Names are unique. */
export type ModuleExport = ExternalType & { readonly name: string };

/** What a module asks for and what it offers. */
export interface ModuleInterface {
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
}

/** Everything about a module that decides whether and how it may run. */
export interface ModuleDescription extends ModuleInterface {
  /** All memories, the imported ones first, in index order. */
  readonly memories: readonly MemoryType[];
  /** All tables, the imported ones first, in index order. */
  readonly tables: readonly TableType[];
  /** All exception tags, the imported ones first, in index order. */
  readonly tags: readonly FunctionType[];
  /**
   * Whether the module can fill the engine's garbage-collected heap, which no limit of a memory or table covers:
   * it has struct or array types, or keeps exception references in a table, a global or another exception.
   */
  readonly usesGc: boolean;
  /** Names of the custom sections, in order; a name can occur more than once. */
  readonly customSections: readonly string[];
}
