import type { ByteReader } from "./byte-reader.ts";
import { hex, unsupported } from "./malformed.ts";
import { readHeapType } from "./value-types.ts";

const WHAT = "a constant expression";
const END = 0x0b;
const GC_PREFIX = 0xfb;
const VECTOR_PREFIX = 0xfd;
const V128_CONST = 12;

/** How many type indexes or counts follow a constant instruction of the 0xfb family. */
const GC_IMMEDIATES: ReadonlyMap<number, number> = new Map([
  [0, 1], // struct.new
  [1, 1], // struct.new_default
  [6, 1], // array.new
  [7, 1], // array.new_default
  [8, 2], // array.new_fixed
  [26, 0], // any.convert_extern
  [27, 0], // extern.convert_any
  [28, 0], // ref.i31
]);

/**
 * Passes over a constant expression, its `end` included (core specification, 3.4.15.2). Only instructions that
 * are constant are known; the engine checks their types.
 */
export function skipConstExpression(reader: ByteReader): void {
  for (;;) {
    const start = reader.offset;
    const opcode = reader.byte(WHAT);
    if (opcode === END) return;
    if (!skipImmediates(reader, opcode)) {
      throw unsupported(`${WHAT} has the instruction ${hex(opcode)}`, start);
    }
  }
}

function skipImmediates(reader: ByteReader, opcode: number): boolean {
  switch (opcode) {
    case 0x41: // i32.const
      reader.skipSigned(32, WHAT);
      return true;
    case 0x42: // i64.const
      reader.skipSigned(64, WHAT);
      return true;
    case 0x43: // f32.const
      reader.skip(4, WHAT);
      return true;
    case 0x44: // f64.const
      reader.skip(8, WHAT);
      return true;
    case 0x23: // global.get
    case 0xd2: // ref.func
      reader.u32(WHAT);
      return true;
    case 0xd0: // ref.null
      readHeapType(reader, WHAT);
      return true;
    case 0x6a: // i32.add, sub, mul
    case 0x6b:
    case 0x6c:
    case 0x7c: // i64.add, sub, mul
    case 0x7d:
    case 0x7e:
      return true;
    case VECTOR_PREFIX:
      if (reader.u32(WHAT) !== V128_CONST) return false;
      reader.skip(16, WHAT);
      return true;
    case GC_PREFIX:
      return skipGcImmediates(reader);
    default:
      return false;
  }
}

function skipGcImmediates(reader: ByteReader): boolean {
  const immediates = GC_IMMEDIATES.get(reader.u32(WHAT));
  if (immediates === undefined) return false;
  for (let index = 0; index < immediates; index++) reader.u32(WHAT);
  return true;
}
