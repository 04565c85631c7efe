import type { Edit } from "./edit.ts";
import type { Sized } from "./index-spaces.ts";
import { type ParsedModule, toDescription } from "./parse.ts";
import { addressableEntries, addressablePages, type SizeRange, writeRange } from "./size-range.ts";
import type { MemoryType, ModuleDescription, ModuleExport, TableType } from "./types.ts";

/** Memories or tables with a new maximum: what changes in the bytes, and which type each old type becomes. */
export interface Lowered<T> {
  readonly edits: readonly Edit[];
  readonly types: ReadonlyMap<T, T>;
}

/** Lowers the maximum of each defined memory to `maxPages`, or to what its address type can reach. */
export function lowerMemories(memories: readonly Sized<MemoryType>[], maxPages: bigint): Lowered<MemoryType> {
  const cap = (wide: boolean) => least(maxPages, addressablePages(wide));
  return lower(memories, cap, (type, max) => ({ ...type, maxPages: max }));
}

/** Lowers the maximum of each defined table to `maxEntries`, or to what its index type can reach. */
export function lowerTables(tables: readonly Sized<TableType>[], maxEntries: bigint): Lowered<TableType> {
  const cap = (wide: boolean) => least(maxEntries, addressableEntries(wide));
  return lower(tables, cap, (type, max) => ({ ...type, maxEntries: max }));
}

/** The description of a module after its maxima were lowered. */
export function describeLowered(
  parsed: ParsedModule,
  memories: Lowered<MemoryType>,
  tables: Lowered<TableType>,
): ModuleDescription {
  const description = toDescription(parsed);
  const memory = (type: MemoryType) => memories.types.get(type) ?? type;
  const table = (type: TableType) => tables.types.get(type) ?? type;
  const exported = (entry: ModuleExport): ModuleExport => {
    if (entry.kind === "memory" && entry.type) return { ...entry, type: memory(entry.type) };
    if (entry.kind === "table" && entry.type) return { ...entry, type: table(entry.type) };
    return entry;
  };
  return {
    ...description,
    exports: description.exports.map(exported),
    memories: description.memories.map(memory),
    tables: description.tables.map(table),
  };
}

function lower<T extends MemoryType | TableType>(
  all: readonly Sized<T>[],
  capOf: (wide: boolean) => bigint,
  withMaximum: (type: T, max: number) => T,
): Lowered<T> {
  const changed = all
    .map(({ type, range }) => ({ type, range, max: capOf(range.wide) }))
    .filter(({ type, range, max }) => !type.imported && (range.max === undefined || range.max > max));
  return {
    edits: changed.map(({ range, max }) => replaceMaximum(range, max)),
    types: new Map(changed.map(({ type, max }) => [type, withMaximum(type, Number(max))])),
  };
}

function replaceMaximum(range: SizeRange, max: bigint): Edit {
  return { start: range.start, end: range.end, bytes: writeRange({ ...range, max }) };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
