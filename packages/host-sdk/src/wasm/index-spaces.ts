import type { ByteReader } from "./byte-reader.ts";
import { invalid } from "./malformed.ts";
import { readMemoryRange, readTableRange, type SizeRange } from "./size-range.ts";
import type { TypeSpace } from "./type-section.ts";
import type { FunctionType, GlobalType, MemoryType, TableType, ValueType } from "./types.ts";
import { readReferenceType } from "./value-types.ts";

/** A memory or table as described, with the bytes of the module that bound it. */
export interface Sized<T> {
  readonly type: T;
  readonly range: SizeRange;
}

/** Everything that a module numbers, imports first, as the sections are read (core specification, 2.5.1). */
export class IndexSpaces {
  types: TypeSpace = { functions: [], hasAggregates: false, hasArrays: false };
  readonly functions: FunctionType[] = [];
  readonly tables: Sized<TableType>[] = [];
  readonly memories: Sized<MemoryType>[] = [];
  readonly globals: GlobalType[] = [];
  readonly tags: FunctionType[] = [];

  /** Reads a type index that must be one of a function type. */
  readFunctionType(reader: ByteReader, what: string): FunctionType {
    const start = reader.offset;
    const index = reader.u32(`the type of ${what}`);
    const type = this.types.functions[index];
    if (type === undefined) throw invalid(`${what} has the type ${index}, which is no function type`, start);
    return type;
  }

  readFunction(reader: ByteReader): FunctionType {
    const type = this.readFunctionType(reader, "a function");
    this.functions.push(type);
    return type;
  }

  /** Reads a tag: an attribute that is 0, then a function type without results. */
  readTag(reader: ByteReader): FunctionType {
    const start = reader.offset;
    if (reader.byte("a tag") !== 0) throw invalid("a tag is not that of an exception", start);
    const type = this.readFunctionType(reader, "a tag");
    if (type.results.length > 0) throw invalid("a tag has results", start);
    this.tags.push(type);
    return type;
  }

  readMemory(reader: ByteReader, imported: boolean): MemoryType {
    const range = readMemoryRange(reader);
    const type: MemoryType = {
      minPages: Number(range.min),
      ...(range.max === undefined ? {} : { maxPages: Number(range.max) }),
      shared: range.shared,
      memory64: range.wide,
      imported,
    };
    this.memories.push({ type, range });
    return type;
  }

  readTable(reader: ByteReader, imported: boolean): TableType {
    const element: ValueType = readReferenceType(reader, "the elements of a table");
    const range = readTableRange(reader);
    const type: TableType = {
      element,
      minEntries: toNumber(range.min),
      ...(range.max === undefined ? {} : { maxEntries: toNumber(range.max) }),
      table64: range.wide,
      imported,
    };
    this.tables.push({ type, range });
    return type;
  }
}

function toNumber(entries: bigint): number {
  return Math.min(Number(entries), Number.MAX_SAFE_INTEGER);
}
