import type { ByteReader } from "./byte-reader.ts";
import { hex, invalid, unsupported } from "./malformed.ts";
import { ByteWriter } from "./writer.ts";

const HAS_MAXIMUM = 0x01;
const SHARED = 0x02;
const SIXTY_FOUR = 0x04;

/**
 * What the specification calls limits: how large a memory or table starts and how large it may become, in pages
 * or entries, and which bytes of the module say so.
 */
export interface SizeRange {
  readonly min: bigint;
  readonly max: bigint | undefined;
  readonly shared: boolean;
  /** Whether addresses or indexes are `i64`, and the numbers are encoded in up to 64 bits. */
  readonly wide: boolean;
  readonly start: number;
  readonly end: number;
}

/** Most pages that a memory can have, by address type: 2^32 and 2^64 bytes. */
export function addressablePages(wide: boolean): bigint {
  return wide ? 1n << 48n : 1n << 16n;
}

/** Most entries that a table can have, by index type. */
export function addressableEntries(wide: boolean): bigint {
  return wide ? (1n << 64n) - 1n : (1n << 32n) - 1n;
}

/**
 * A size that the caller gives, for comparison with those in a module.
 * @throws {TypeError} if it is not an integer of at least 0
 */
export function toSize(name: string, value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new TypeError(`${name} must be an integer of at least 0.`);
  return BigInt(value);
}

/** Reads the limits of a memory: flags 0 to 7. */
export function readMemoryRange(reader: ByteReader): SizeRange {
  const flagsAt = reader.offset;
  const range = readRange(reader, "a memory");
  if (range.shared && range.max === undefined) throw invalid("a shared memory has no maximum", flagsAt);
  return checked(range, "memory", addressablePages(range.wide));
}

/** Reads the limits of a table: flags 0, 1, 4 and 5. */
export function readTableRange(reader: ByteReader): SizeRange {
  const flagsAt = reader.offset;
  const range = readRange(reader, "a table");
  if (range.shared) throw unsupported("it has a shared table", flagsAt);
  return checked(range, "table", addressableEntries(range.wide));
}

/** Encodes limits: the flags that fit, the minimum, the maximum. */
export function writeRange(range: Pick<SizeRange, "min" | "max" | "shared" | "wide">): Uint8Array {
  const flags =
    (range.max === undefined ? 0 : HAS_MAXIMUM) | (range.shared ? SHARED : 0) | (range.wide ? SIXTY_FOUR : 0);
  const writer = new ByteWriter().byte(flags).unsigned(range.min);
  if (range.max !== undefined) writer.unsigned(range.max);
  return writer.take();
}

function readRange(reader: ByteReader, what: string): SizeRange {
  const start = reader.offset;
  const flags = reader.byte(`the limits of ${what}`);
  if (flags > (HAS_MAXIMUM | SHARED | SIXTY_FOUR)) {
    // 0x08 announces a custom page size, which would change what a cap in pages means.
    throw unsupported(`the limits of ${what} have the flags ${hex(flags)}`, start);
  }
  const wide = (flags & SIXTY_FOUR) !== 0;
  const number = () => (wide ? reader.u64(`the size of ${what}`) : BigInt(reader.u32(`the size of ${what}`)));
  const min = number();
  const max = (flags & HAS_MAXIMUM) === 0 ? undefined : number();
  return { min, max, shared: (flags & SHARED) !== 0, wide, start, end: reader.offset };
}

function checked(range: SizeRange, what: string, most: bigint): SizeRange {
  const { min, max, start } = range;
  // Lowering a maximum must not make a module valid that is not: check before anything is patched.
  if (min > most || (max !== undefined && max > most)) {
    throw invalid(`the size of a ${what} is beyond what its index type can reach`, start);
  }
  if (max !== undefined && min > max)
    throw invalid(`a ${what} has a minimum of ${min} and a maximum of ${max}`, start);
  return range;
}
