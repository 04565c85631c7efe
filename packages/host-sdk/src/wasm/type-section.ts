import type { ByteReader } from "./byte-reader.ts";
import { hex, unsupported } from "./malformed.ts";
import type { FunctionType, ValueType } from "./types.ts";
import { readValueType } from "./value-types.ts";

const REC_GROUP = 0x4e;
const SUB_FINAL = 0x4f;
const SUB = 0x50;
const ARRAY = 0x5e;
const STRUCT = 0x5f;
const FUNCTION = 0x60;
const PACKED_I8 = 0x78;
const PACKED_I16 = 0x77;

/** Bounds that keep the description of a hostile module small; the largest modules in use have a tenth of them. */
const MAX_TYPES = 100_000;
const MAX_SIGNATURE_VALUES = 1_000_000;
/** Engines accept no more (WebAssembly JavaScript interface, "implementation-defined limits"). */
const MAX_ARITY = 1_000;
const MAX_FIELDS = 10_000;
const MAX_SUPERTYPES = 1;

/** The type index space. */
export interface TypeSpace {
  /** The function types by index; `undefined` stands for a struct or array type. */
  readonly functions: readonly (FunctionType | undefined)[];
  readonly hasAggregates: boolean;
  readonly hasArrays: boolean;
}

/** Reads the body of the type section, recursion groups and subtypes included (core specification, 5.5.4). */
export function readTypeSection(reader: ByteReader): TypeSpace {
  const types = new TypeSectionReader(reader);
  const groups = reader.count("types", 1, MAX_TYPES);
  for (let group = 0; group < groups; group++) types.group();
  return { functions: types.functions, hasAggregates: types.hasAggregates, hasArrays: types.hasArrays };
}

class TypeSectionReader {
  readonly functions: (FunctionType | undefined)[] = [];
  hasAggregates = false;
  hasArrays = false;
  readonly #reader: ByteReader;
  #valueCount = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** A group of types that may name each other; most types stand alone. */
  group(): void {
    const form = this.#reader.byte("a type");
    if (form !== REC_GROUP) {
      this.#subtype(form);
      return;
    }
    const count = this.#reader.count("types of a group", 1, MAX_TYPES);
    for (let index = 0; index < count; index++) this.#subtype(this.#reader.byte("a type"));
  }

  #subtype(form: number): void {
    if (this.functions.length === MAX_TYPES) {
      throw unsupported(`it has more than ${MAX_TYPES} types`, this.#reader.offset - 1);
    }
    if (form !== SUB && form !== SUB_FINAL) {
      this.#composite(form);
      return;
    }
    const supertypes = this.#reader.count("supertypes", 1, MAX_SUPERTYPES);
    for (let index = 0; index < supertypes; index++) this.#reader.u32("a supertype");
    this.#composite(this.#reader.byte("a type"));
  }

  #composite(form: number): void {
    switch (form) {
      case FUNCTION:
        this.functions.push({ params: this.#signature("parameters"), results: this.#signature("results") });
        return;
      case STRUCT: {
        const fields = this.#reader.count("fields of a struct", 2, MAX_FIELDS);
        for (let index = 0; index < fields; index++) this.#field();
        this.#aggregate();
        return;
      }
      case ARRAY:
        this.#field();
        this.#aggregate();
        this.hasArrays = true;
        return;
      default:
        throw unsupported(`it has a type of the form ${hex(form)}`, this.#reader.offset - 1);
    }
  }

  #aggregate(): void {
    this.functions.push(undefined);
    this.hasAggregates = true;
  }

  #signature(what: string): ValueType[] {
    const at = this.#reader.offset;
    const count = this.#reader.count(what, 1, MAX_ARITY);
    this.#valueCount += count;
    if (this.#valueCount > MAX_SIGNATURE_VALUES) {
      throw unsupported(`its types have more than ${MAX_SIGNATURE_VALUES} parameters and results`, at);
    }
    return Array.from({ length: count }, () =>
      readValueType(this.#reader, `one of the ${what} of a function`),
    );
  }

  #field(): void {
    const form = this.#reader.remaining > 0 ? this.#reader.bytes[this.#reader.offset] : undefined;
    if (form === PACKED_I8 || form === PACKED_I16) this.#reader.offset++;
    else readValueType(this.#reader, "a field");
    this.#reader.flag("the mutability of a field");
  }
}
