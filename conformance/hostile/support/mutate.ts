import fc from "fast-check";

/** A section of a module, as bytes of its body. */
interface Section {
  readonly id: number;
  readonly body: readonly number[];
}

const CODE = 10;
const DATA = 11;

/** One change to a module, aimed at a section. */
export interface Mutation {
  readonly kind:
    | "constant"
    | "data"
    | "flip"
    | "replace"
    | "insert"
    | "remove"
    | "drop"
    | "swap"
    | "truncate";
  /** Where in the section, and which section, as fractions. */
  readonly at: number;
  readonly section: number;
  readonly value: number;
}

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/**
 * Mutations by kind. Gentle ones, to the operands of code and to data, leave most modules valid, so that what they
 * change is run; the others are for the parser and the engine's validation.
 */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant("constant" as const) },
      { weight: 3, arbitrary: fc.constant("data" as const) },
      { weight: 1, arbitrary: fc.constantFrom("flip" as const, "replace" as const, "insert" as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("remove" as const, "drop" as const, "swap" as const, "truncate" as const),
      },
    ),
    at: fraction,
    section: fraction,
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Applies mutations, and writes the sizes of the sections anew, so that the rest of the module stays readable. */
export function mutate(module: Uint8Array, all: readonly Mutation[]): Uint8Array<ArrayBuffer> {
  let sections = split(module);
  for (const mutation of all) sections = mutateOnce(sections, mutation);
  const bytes = sections.flatMap(({ id, body }) => [id, ...unsigned(body.length), ...body]);
  return Uint8Array.from([...module.subarray(0, 8), ...bytes]);
}

function mutateOnce(sections: readonly Section[], mutation: Mutation): Section[] {
  const { kind, at, section, value } = mutation;
  const hasData = sections.some(({ id }) => id === DATA);
  if (kind === "data" && !hasData) return mutateOnce(sections, { ...mutation, kind: "constant" });
  const wanted = kind === "constant" ? CODE : kind === "data" ? DATA : undefined;
  const aimed = sections.findIndex(({ id }) => id === wanted);
  const index = aimed < 0 ? Math.floor(section * sections.length) : aimed;
  if (kind === "drop") return sections.filter((_, i) => i !== index);
  const { id, body } = sections[index] as Section;
  const place = Math.floor(at * body.length);
  const changed =
    kind === "constant" ? mutateConstant(body, at, value) : mutateBytes(kind, body, place, value);
  return sections.map((other, i) => (i === index ? { id, body: changed } : other));
}

function mutateBytes(
  kind: Mutation["kind"],
  body: readonly number[],
  at: number,
  value: number,
): readonly number[] {
  switch (kind) {
    case "flip":
      return body.length === 0 ? body : body.with(at, (body[at] as number) ^ (1 << (value & 7)));
    case "insert":
      return body.toSpliced(at, 0, value);
    case "remove":
      return body.toSpliced(at, 1);
    case "truncate":
      return body.slice(0, at);
    case "swap":
      return [...body.slice(at), ...body.slice(0, at)];
    default:
      return body.length === 0 ? body : body.with(at, value);
  }
}

/** i32.const and i64.const; what follows is a number of as many bytes as have their high bit set, and one. */
const CONSTANTS: ReadonlySet<number> = new Set([0x41, 0x42]);

/** Changes the bits of a constant's operand that do not tell its length. */
function mutateConstant(body: readonly number[], at: number, value: number): readonly number[] {
  const places = body.flatMap((byte, i) => (CONSTANTS.has(byte) && i + 1 < body.length ? [i + 1] : []));
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return body;
  return body.with(place, ((body[place] as number) & 0x80) | (value & 0x7f));
}

function split(module: Uint8Array): Section[] {
  const sections: Section[] = [];
  let at = 8;
  while (at < module.length) {
    const id = module[at++] as number;
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = module[at++] as number;
      size |= (byte & 0x7f) << shift;
    }
    sections.push({ id, body: [...module.subarray(at, at + size)] });
    at += size;
  }
  return sections;
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
