/** Modules of proposals that the text parser does not know, by their bytes. */

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 0x7f;
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** A positive number as a signed one, which needs a bit more. */
function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.length - 1;
  if (((bytes[last] as number) & 0x40) === 0) return bytes;
  return [...bytes.slice(0, last), (bytes[last] as number) | 0x80, 0];
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}

function code(locals: readonly (readonly number[])[], body: readonly number[]): number[] {
  const whole = [...unsigned(locals.length), ...locals.flat(), ...body, 0x0b];
  return [...unsigned(whole.length), ...whole];
}

const EXPORTS = section(7, [
  [...text("fill"), 0x00, 0x00],
  [...text("fine"), 0x00, 0x01],
]);

/** `fill` makes a linked list of structs without end. */
export const gcBomb: Uint8Array<ArrayBuffer> = Uint8Array.from([
  ...PREAMBLE,
  // type 0: (struct (field (mut (ref null 0))) (field (mut i64))); type 1: (func)
  ...section(1, [
    [0x5f, 2, 0x63, 0x00, 0x01, 0x7e, 0x01],
    [0x60, 0, 0],
  ]),
  ...section(3, [[1], [1]]),
  ...EXPORTS,
  ...section(10, [
    // loop: list = struct.new (list, 0); again
    code([[1, 0x63, 0x00]], [0x03, 0x40, 0x20, 0, 0x42, 0, 0xfb, 0x00, 0x00, 0x21, 0, 0x0c, 0, 0x0b]),
    code([], []),
  ]),
]);

/** `fill` keeps arrays of so many 64-bit numbers without end. */
export function arrayBomb(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...PREAMBLE,
    // type 0: (array (mut i64)); type 1: (struct (field (mut (ref null 1))) (field (mut (ref null 0)))); type 2: (func)
    ...section(1, [
      [0x5e, 0x7e, 0x01],
      [0x5f, 2, 0x63, 0x01, 0x01, 0x63, 0x00, 0x01],
      [0x60, 0, 0],
    ]),
    ...section(3, [[2], [2]]),
    ...EXPORTS,
    ...section(10, [
      // loop: list = struct.new (list, array.new_default length); again
      code(
        [[1, 0x63, 0x01]],
        [
          0x03,
          0x40,
          0x20,
          0,
          0x41,
          ...signed(length),
          0xfb,
          0x07,
          0x00,
          0xfb,
          0x00,
          0x01,
          0x21,
          0,
          0x0c,
          0,
          0x0b,
        ],
      ),
      code([], []),
    ]),
  ]);
}

/** `fill` fills a table with exceptions, 16 numbers each. */
export const exceptionTableBomb: Uint8Array<ArrayBuffer> = Uint8Array.from([
  ...PREAMBLE,
  // type 0: (func (param i64 × 16)); type 1: (func)
  ...section(1, [
    [0x60, 16, ...new Array<number>(16).fill(0x7e), 0],
    [0x60, 0, 0],
  ]),
  ...section(3, [[1], [1]]),
  ...section(4, [[0x69, 0x00, ...unsigned(1_000_000)]]), // (table 1000000 exnref)
  ...section(13, [[0x00, 0x00]]),
  ...EXPORTS,
  ...section(10, [
    code(
      [[1, 0x7f]],
      [
        0x03,
        0x40, // loop
        0x20,
        0, // the index of the entry
        0x02,
        0x69, // block (result exnref)
        0x1f,
        0x40,
        0x01,
        0x03,
        0x00, // try_table (catch_all_ref 0)
        ...new Array(16).fill([0x42, 0]).flat(), // 16 × i64.const 0
        0x08,
        0x00, // throw
        0x0b,
        0x00, // unreachable
        0x0b,
        0x26,
        0x00, // table.set
        0x20,
        0,
        0x41,
        1,
        0x6a,
        0x22,
        0, // the next index
        ...[0x41, 0xc0, 0x84, 0x3d],
        0x49, // i32.const 1000000, i32.lt_u
        0x0d,
        0x00, // again
        0x0b,
      ],
    ),
    code([], []),
  ]),
]);
