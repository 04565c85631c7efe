import fc from "fast-check";
import { ByteWriter, PREAMBLE } from "../../../src/wasm/writer.ts";

/** Body of a section as bytes, or `undefined` for a section that is left out. */
type Body = Uint8Array | undefined;

const TYPES = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f];

/** An unsigned number, at times in a longer spelling than it needs, which engines accept. */
function number(value: number, padding: number): number[] {
  const bytes = [...new ByteWriter().unsigned(value).take()];
  for (; padding > 0 && bytes.length < 5; padding--) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(0);
  }
  return bytes;
}

const padding = fc.constantFrom(0, 0, 0, 1, 4);
const name = fc
  .string({ unit: "grapheme", maxLength: 6 })
  .map((text) => [...new ByteWriter().name(text).take()]);
const valueType = fc.constantFrom(...TYPES);
const valueTypes = fc.array(valueType, { maxLength: 4 }).map((types) => [types.length, ...types]);
const functionType = fc.tuple(valueTypes, valueTypes).map((parts) => [0x60, ...parts.flat()]);

/** Limits that are valid by themselves: the maximum is no lower than the minimum. */
const limits = fc
  .tuple(fc.nat(12), fc.option(fc.nat(65_000)), padding)
  .map(([min, more, pad]) =>
    more === null ? [0, ...number(min, pad)] : [1, ...number(min, pad), ...number(min + more, pad)],
  );
const sharedLimits = fc.tuple(fc.nat(12), fc.nat(40)).map(([min, more]) => [3, min, min + more]);
const memory = fc.oneof({ weight: 3, arbitrary: limits }, { weight: 1, arbitrary: sharedLimits });
const table = fc.tuple(fc.constantFrom(0x70, 0x6f), limits).map((parts) => parts.flat());
const global = fc
  .tuple(
    fc.constantFrom([0x7f, 0x41, 5], [0x7e, 0x42, 0x7f], [0x7d, 0x43, 0, 0, 0, 0], [0x70, 0xd0, 0x70]),
    fc.nat(1),
  )
  .map(([[type, ...init], mutable]) => [type!, mutable, ...init, 0x0b]);

/** What the modules of one kind are made of. */
interface Pool {
  readonly type: fc.Arbitrary<number[]>;
  /** An index of a function type, where a type `() → ()` stands before the drawn ones. */
  readonly typeIndex: (drawn: number) => fc.Arbitrary<number>;
  readonly memory: fc.Arbitrary<number[]>;
  readonly table: fc.Arbitrary<number[]>;
  readonly importedTable: fc.Arbitrary<number[]>;
  readonly global: fc.Arbitrary<number[]>;
  readonly memories: number;
  readonly tags: number;
}

/** What every engine accepts. Without multi-memory, a second memory is refused. */
const plain: Pool = {
  type: functionType,
  typeIndex: (drawn) => fc.nat(drawn),
  memory,
  table,
  importedTable: table,
  global,
  memories: 1,
  tags: 0,
};

const modernReference = fc.constantFrom(
  [0x70],
  [0x6f],
  [0x63, 0x70],
  [0x63, 0],
  [0x63, 0x6f],
  [0x6e],
  [0x69],
);
const wideLimits = limits.map(([flags, ...sizes]) => [flags! | 4, ...sizes]);
const modernTable = fc
  .tuple(modernReference, fc.oneof(limits, wideLimits))
  .map((tableType) => tableType.flat());
const struct = fc.array(fc.tuple(valueType, fc.nat(1)), { maxLength: 3 }).map((fields) => {
  return [0x5f, fields.length, ...fields.flat()];
});
const array = fc.tuple(fc.constantFrom(0x77, 0x78, 0x7f, 0x6e), fc.nat(1)).map((field) => [0x5e, ...field]);
const composite = fc.oneof(functionType, struct, array);
const subtype = fc.oneof(
  composite,
  composite.map((type) => [0x50, 0, ...type]),
  composite.map((type) => [0x4f, 0, ...type]),
);

/** What only newer engines accept, each in part: collected types, 64-bit and several memories, tags, … */
const modern: Pool = {
  type: fc.oneof(
    { weight: 3, arbitrary: functionType },
    { weight: 1, arbitrary: subtype },
    {
      weight: 1,
      arbitrary: fc.array(subtype, { maxLength: 3 }).map((all) => [0x4e, all.length, ...all.flat()]),
    },
  ),
  typeIndex: (drawn) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(drawn) }),
  memory: fc.oneof(memory, wideLimits),
  table: fc.oneof(
    modernTable,
    fc
      .tuple(fc.constantFrom(0x70, 0x6f), limits)
      .map(([type, sizes]) => [0x40, 0, type, ...sizes, 0xd0, type, 0x0b]),
  ),
  importedTable: modernTable,
  global: fc.oneof(
    global,
    fc
      .constantFrom(
        [0x6e, 0, 0x41, 5, 0xfb, 28, 0x0b],
        [0x69, 1, 0xd0, 0x69, 0x0b],
        [0x7f, 0, 0x41, 5, 0x41, 6, 0x6a, 0x0b],
      )
      .map((bytes) => [...bytes]),
  ),
  memories: 3,
  tags: 2,
};

const importedThing = (pool: Pool, functionTypes: fc.Arbitrary<number>) =>
  fc.oneof(
    functionTypes.map((type) => [0, type]),
    pool.importedTable.map((type) => [1, ...type]),
    pool.memory.map((type) => [2, ...type]),
    fc.tuple(valueType, fc.nat(1)).map(([type, mutable]) => [3, type, mutable]),
  );

function entries(all: readonly (readonly number[])[], pad: number): Body {
  return all.length === 0 ? undefined : Uint8Array.from([...number(all.length, pad), ...all.flat()]);
}

/** Keeps only so many memories, the imported ones first. */
function keepMemories(
  most: number,
  imports: number[][],
  memories: number[][],
): { imports: number[][]; memories: number[][] } {
  let left = most;
  const kept = imports.filter((entry) => entry[0] !== 2 || left-- > 0);
  return { imports: kept, memories: memories.filter(() => left-- > 0) };
}

interface Parts {
  types: number[][];
  imports: number[][];
  names: number[][];
  functions: number[];
  tables: number[][];
  memories: number[][];
  tags: number[];
  globals: number[][];
  custom: number[][];
  pad: number;
}

const partsOf = (pool: Pool): fc.Arbitrary<Parts> =>
  fc.array(pool.type, { maxLength: 4 }).chain((types) => {
    const functionTypes = pool.typeIndex(types.length);
    return fc.record({
      types: fc.constant([[0x60, 0, 0], ...types]),
      imports: fc.array(importedThing(pool, functionTypes), { maxLength: 4 }),
      names: fc.uniqueArray(name, { minLength: 60, maxLength: 60, selector: String }),
      functions: fc.array(functionTypes, { maxLength: 4 }),
      tables: fc.array(pool.table, { maxLength: 3 }),
      memories: fc.array(pool.memory, { maxLength: 2 }),
      tags: fc.array(fc.constant(0), { maxLength: pool.tags }),
      globals: fc.array(pool.global, { maxLength: 3 }),
      custom: fc.array(name, { maxLength: 14 }),
      pad: padding,
    });
  });

/** Writes the sections; everything the module defines or imports is exported, so that a test can reach it. */
function assemble(drawn: Parts, memoryCount: number): Uint8Array<ArrayBuffer> {
  const { types, functions, tables, tags, globals, pad, names } = drawn;
  const { imports, memories } = keepMemories(memoryCount, drawn.imports, drawn.memories);
  const counts = [functions, tables, memories, globals, tags].map(
    (defined, kind) => defined.length + imports.filter((entry) => entry[0] === kind).length,
  );
  const exported = counts.flatMap((count, kind) =>
    Array.from({ length: count }, (_, index) => [kind, index]),
  );
  const bodies: [number, Body][] = [
    [1, entries(types, pad)],
    [
      2,
      entries(
        imports.map((entry, index) => [...names[index]!, ...names[index + 1]!, ...entry]),
        pad,
      ),
    ],
    [
      3,
      entries(
        functions.map((type) => [type]),
        pad,
      ),
    ],
    [4, entries(tables, pad)],
    [5, entries(memories, pad)],
    [
      13,
      entries(
        tags.map((type) => [0, type]),
        pad,
      ),
    ],
    [6, entries(globals, pad)],
    [
      7,
      entries(
        exported.map((entry, index) => [...names[index]!, ...entry]),
        pad,
      ),
    ],
    // Bodies of one `unreachable` fit every type.
    [
      10,
      entries(
        functions.map(() => [3, 0, 0x00, 0x0b]),
        pad,
      ),
    ],
  ];
  const writer = new ByteWriter().bytes(PREAMBLE);
  bodies.forEach(([id, body], index) => {
    const custom = drawn.custom[index];
    if (custom) writer.section(0, [...custom, 1, 2, 3]);
    if (body) writer.byte(id).bytes(number(body.length, pad)).bytes(body);
  });
  return writer.take();
}

/** Valid modules that every engine accepts, with many imports, exports and sizes. */
export const plainModule = partsOf(plain).map((parts) => assemble(parts, plain.memories));

/** Modules with constructs that some engines do not know, or with mistakes in how these fit together. */
export const modernModule = partsOf(modern).map((parts) => assemble(parts, modern.memories));

const INTERESTING = [0, 1, 2, 3, 4, 5, 7, 8, 0x0b, 0x40, 0x60, 0x6f, 0x70, 0x7f, 0x80, 0xff];

/** Changes one or two bytes: a bit flipped, another value, one inserted or removed. */
export function mutated(
  module: fc.Arbitrary<Uint8Array<ArrayBuffer>>,
): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const mutation = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom("flip", "flip", "replace", "insert", "remove"),
    value: fc.oneof(fc.constantFrom(...INTERESTING), fc.nat(255)),
  });
  return fc.tuple(module, fc.array(mutation, { minLength: 1, maxLength: 2 })).map(([original, mutations]) => {
    const bytes = [...original];
    for (const { at, kind, value } of mutations) {
      const index = 8 + (at % Math.max(1, bytes.length - 8));
      if (kind === "insert") bytes.splice(index, 0, value);
      else if (kind === "remove") bytes.splice(index, 1);
      else bytes[index] = kind === "replace" ? value : (bytes[index] ?? 0) ^ (1 << (value & 7));
    }
    return Uint8Array.from(bytes);
  });
}
