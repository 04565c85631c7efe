import type { ByteReader } from "./byte-reader.ts";
import { hex, invalid, unsupported } from "./malformed.ts";
import type { GlobalType, ValueType } from "./types.ts";

const NULLABLE_REFERENCE = 0x63;
const REFERENCE = 0x64;
const EXCEPTION_HEAP = 0x69;

const NUMBER_TYPES: ReadonlyMap<number, ValueType> = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
]);

/** Abstract heap types; as a value type, each byte is also the short form of the nullable reference to it. */
const ABSTRACT_HEAP_TYPES: ReadonlyMap<number, ValueType> = new Map([
  [0x70, "funcref"],
  [0x6f, "externref"],
  [EXCEPTION_HEAP, "exnref"],
  [0x6e, "ref"], // any
  [0x6d, "ref"], // eq
  [0x6c, "ref"], // i31
  [0x6b, "ref"], // struct
  [0x6a, "ref"], // array
  [0x71, "ref"], // none
  [0x72, "ref"], // noextern
  [0x73, "ref"], // nofunc
  [0x74, "ref"], // noexn
]);

/** Reads a value type (core specification, 5.3). */
export function readValueType(reader: ByteReader, what: string): ValueType {
  const number = NUMBER_TYPES.get(peek(reader, what));
  if (number === undefined) return readReferenceType(reader, what);
  reader.offset++;
  return number;
}

/** Reads a reference type: the short form, or 0x63 / 0x64 and a heap type. */
export function readReferenceType(reader: ByteReader, what: string): ValueType {
  const start = reader.offset;
  const byte = reader.byte(what);
  const short = ABSTRACT_HEAP_TYPES.get(byte);
  if (short !== undefined) return short;
  if (byte !== NULLABLE_REFERENCE && byte !== REFERENCE) {
    throw unsupported(`${what} has the type ${hex(byte)}`, start);
  }
  const heap = readHeapType(reader, what);
  return byte === NULLABLE_REFERENCE || heap === "exnref" ? heap : "ref";
}

/** Reads a heap type; the answer is the nullable reference to it. */
export function readHeapType(reader: ByteReader, what: string): ValueType {
  const start = reader.offset;
  const abstract = ABSTRACT_HEAP_TYPES.get(peek(reader, what));
  if (abstract !== undefined) {
    reader.offset++;
    return abstract;
  }
  reader.u32(what);
  // A heap type is a signed number of 33 bits, an index if not negative. What has the sign bit set here is an
  // unknown abstract type, or a known one in a longer spelling.
  if ((reader.bytes[reader.offset - 1]! & 0x40) !== 0)
    throw unsupported(`${what} has an unknown heap type`, start);
  return "ref";
}

/** Reads the type of a global: value type, then mutability. */
export function readGlobalType(reader: ByteReader): GlobalType {
  const value = readValueType(reader, "the type of a global");
  return { value, mutable: reader.flag("the mutability of a global") };
}

function peek(reader: ByteReader, what: string): number {
  if (reader.remaining === 0) throw invalid(`it ends inside ${what}`, reader.offset);
  return reader.bytes[reader.offset]!;
}
