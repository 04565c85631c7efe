import { ByteReader, ByteWriter } from "./bytes.ts";
import {
  type RawVector,
  readSections,
  readVector,
  SECTION,
  type Section,
  writeSections,
  writeVector,
} from "./sections.ts";

/** Value types of the binary format (core specification, 5.3). */
export const VALUE_TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;
export type ValueType = keyof typeof VALUE_TYPE;

export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  /** The kind byte and what follows it: for a function, `0` and its type index. */
  readonly description: Uint8Array;
}

export interface ExportEntry {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

export interface DataSegment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const FUNCTION_KIND = 0;
/** As modules must have them (core specification, 5.5.16). Data counts are dropped: no code of ours needs one. */
const SECTION_ORDER = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.code,
  SECTION.data,
];
const EMPTY: Section = { id: 0, body: new Uint8Array() };

/**
 * Changes a module without touching its code: functions, types, table elements and exports are appended,
 * imports are renamed and retyped in place, and the data is replaced. Nothing is ever renumbered.
 */
export class ModuleEditor {
  imports: ImportEntry[];
  exports: ExportEntry[];
  data: DataSegment[] | undefined;
  readonly #sections: readonly Section[];
  readonly #types: RawVector;
  readonly #functions: RawVector;
  readonly #elements: RawVector;
  readonly #code: RawVector;
  readonly #custom: Section[] = [];
  readonly #importedFunctions: number;
  #table: { type: number; flags: number; min: number; rest: Uint8Array };
  #memory: { flags: number; min: number; rest: Uint8Array };

  constructor(module: Uint8Array) {
    this.#sections = readSections(module);
    this.#types = readVector(this.#sections, SECTION.type);
    this.#functions = readVector(this.#sections, SECTION.function);
    this.#elements = readVector(this.#sections, SECTION.element);
    this.#code = readVector(this.#sections, SECTION.code);
    this.imports = readImports(this.#section(SECTION.import).body);
    this.exports = readExports(this.#section(SECTION.export).body);
    this.#importedFunctions = this.imports.filter((entry) => entry.description[0] === FUNCTION_KIND).length;
    this.#table = readTable(this.#section(SECTION.table).body);
    this.#memory = readMemory(this.#section(SECTION.memory).body);
  }

  /** Elements of table 0. */
  get tableSize(): number {
    return this.#table.min;
  }

  addType(params: readonly ValueType[], results: readonly ValueType[]): number {
    const { items } = this.#types;
    items.byte(0x60).sized(Uint8Array.from(params, (type) => VALUE_TYPE[type]));
    items.sized(Uint8Array.from(results, (type) => VALUE_TYPE[type]));
    return this.#types.count++;
  }

  /** Renames and retypes the function import at `index` (its place among all imports). */
  replaceImport(index: number, module: string, name: string, type: number): void {
    const description = new ByteWriter().byte(FUNCTION_KIND).u32(type).finish();
    this.imports[index] = { module, name, description };
  }

  /** Appends a function without locals; `body` is its instructions without the final `end`. */
  addFunction(type: number, body: Uint8Array): number {
    this.#functions.items.u32(type);
    this.#code.items.sized(new ByteWriter().u32(0).bytes(body).byte(0x0b).finish());
    this.#code.count++;
    return this.#importedFunctions + this.#functions.count++;
  }

  /** Lengthens table 0 and fills the new elements with these functions; returns the first new index. */
  appendToTable(functions: readonly number[]): number {
    const first = this.growTable(functions.length);
    const { items } = this.#elements;
    items.u32(0).byte(0x41).s32(first).byte(0x0b).u32(functions.length);
    for (const index of functions) items.u32(index);
    this.#elements.count++;
    return first;
  }

  /** Puts another function into an existing element of table 0. */
  setTableElement(element: number, functionIndex: number): void {
    this.#elements.items.u32(0).byte(0x41).s32(element).byte(0x0b).u32(1).u32(functionIndex);
    this.#elements.count++;
  }

  growTable(by: number): number {
    const first = this.#table.min;
    this.#table = { ...this.#table, min: first + by };
    return first;
  }

  setMemoryPages(pages: number): void {
    this.#memory = { ...this.#memory, min: pages };
  }

  addCustomSection(name: string, content: Uint8Array): void {
    this.#custom.push({ id: SECTION.custom, body: new ByteWriter().name(name).bytes(content).finish() });
  }

  /** The edited module. Custom sections of the original are dropped. */
  finish(): Uint8Array {
    const byId = new Map(this.#sections.map((section) => [section.id, section]));
    for (const section of this.#rewritten()) byId.set(section.id, section);
    const ordered = SECTION_ORDER.flatMap((id) => byId.get(id) ?? []);
    return writeSections([...ordered.filter(({ body }) => body.length > 0), ...this.#custom]);
  }

  *#rewritten(): Generator<Section> {
    yield writeVector(SECTION.type, this.#types);
    yield { id: SECTION.import, body: writeImports(this.imports) };
    yield writeVector(SECTION.function, this.#functions);
    yield { id: SECTION.table, body: writeTable(this.#table) };
    yield { id: SECTION.memory, body: writeMemory(this.#memory) };
    yield { id: SECTION.export, body: writeExports(this.exports) };
    yield writeVector(SECTION.element, this.#elements);
    yield writeVector(SECTION.code, this.#code);
    if (this.data !== undefined) yield { id: SECTION.data, body: writeData(this.data) };
  }

  #section(id: number): Section {
    return this.#sections.find((section) => section.id === id) ?? { ...EMPTY, id };
  }
}

function readImports(body: Uint8Array): ImportEntry[] {
  const reader = new ByteReader(body);
  return Array.from({ length: body.length === 0 ? 0 : reader.u32() }, () => {
    const module = reader.name();
    const name = reader.name();
    if (reader.byte() !== FUNCTION_KIND) throw new RangeError(`import ${module}.${name} is not a function`);
    return { module, name, description: new ByteWriter().byte(FUNCTION_KIND).u32(reader.u32()).finish() };
  });
}

function writeImports(imports: readonly ImportEntry[]): Uint8Array {
  const writer = new ByteWriter().u32(imports.length);
  for (const entry of imports) writer.name(entry.module).name(entry.name).bytes(entry.description);
  return writer.finish();
}

function readExports(body: Uint8Array): ExportEntry[] {
  const reader = new ByteReader(body);
  return Array.from({ length: body.length === 0 ? 0 : reader.u32() }, () => {
    return { name: reader.name(), kind: reader.byte(), index: reader.u32() };
  });
}

function writeExports(exports: readonly ExportEntry[]): Uint8Array {
  const writer = new ByteWriter().u32(exports.length);
  for (const entry of exports) writer.name(entry.name).byte(entry.kind).u32(entry.index);
  return writer.finish();
}

function readTable(body: Uint8Array): { type: number; flags: number; min: number; rest: Uint8Array } {
  const reader = new ByteReader(body);
  if (reader.u32() !== 1) throw new RangeError("the engine must have exactly one table");
  return { type: reader.byte(), flags: reader.byte(), min: reader.u32(), rest: reader.rest() };
}

function writeTable(table: { type: number; flags: number; min: number; rest: Uint8Array }): Uint8Array {
  return new ByteWriter().u32(1).byte(table.type).byte(table.flags).u32(table.min).bytes(table.rest).finish();
}

function readMemory(body: Uint8Array): { flags: number; min: number; rest: Uint8Array } {
  const reader = new ByteReader(body);
  if (reader.u32() !== 1) throw new RangeError("the engine must have exactly one memory");
  return { flags: reader.byte(), min: reader.u32(), rest: reader.rest() };
}

function writeMemory(memory: { flags: number; min: number; rest: Uint8Array }): Uint8Array {
  return new ByteWriter().u32(1).byte(memory.flags).u32(memory.min).bytes(memory.rest).finish();
}

function writeData(segments: readonly DataSegment[]): Uint8Array {
  const writer = new ByteWriter().u32(segments.length);
  for (const { offset, bytes } of segments) writer.u32(0).byte(0x41).s32(offset).byte(0x0b).sized(bytes);
  return writer.finish();
}
