import { ByteReader } from "./byte-reader.ts";
import { hex, invalid, unsupported } from "./malformed.ts";
import { checkPreamble } from "./preamble.ts";

/** Numbers of the sections (core specification, 5.5.2). */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order in which the sections must come; numbers were given out as the format grew. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

/** More custom sections than any toolchain writes; a hostile file could otherwise be made of nothing else. */
const MAX_CUSTOM_SECTIONS = 10_000;

/** Where one section lies: `start` is its id, `body` its first byte after the size, `end` the byte after it. */
export interface Section {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** A custom section: `body` is the first byte after its name. */
export interface CustomSection extends Section {
  readonly name: string;
}

/** The sections of a module; those that are not custom are in `known`, by number. */
export interface SectionTable {
  readonly known: ReadonlyMap<number, Section>;
  readonly custom: readonly CustomSection[];
}

/** Splits a module into its sections without looking into them. Each occurs once and in order, custom ones anywhere. */
export function readSections(bytes: Uint8Array): SectionTable {
  const reader = new ByteReader(bytes, checkPreamble(bytes));
  const known = new Map<number, Section>();
  const custom: CustomSection[] = [];
  let lastRank = -1;
  while (reader.remaining > 0) {
    const section = readSection(reader);
    if (section.id === SECTION.custom) {
      if (custom.length === MAX_CUSTOM_SECTIONS) {
        throw unsupported(`it has more than ${MAX_CUSTOM_SECTIONS} custom sections`, section.start);
      }
      custom.push(named(bytes, section));
      continue;
    }
    const rank = ORDER.indexOf(section.id);
    if (rank < 0) throw unsupported(`it has a section of the unknown kind ${hex(section.id)}`, section.start);
    if (rank <= lastRank) throw invalid(`section ${section.id} is repeated or out of order`, section.start);
    lastRank = rank;
    known.set(section.id, section);
  }
  return { known, custom };
}

function readSection(reader: ByteReader): Section {
  const start = reader.offset;
  const id = reader.byte("a section");
  const size = reader.u32("the size of a section");
  const body = reader.offset;
  reader.skip(size, `section ${id}`);
  return { id, start, body, end: reader.offset };
}

function named(bytes: Uint8Array, section: Section): CustomSection {
  const reader = new ByteReader(bytes, section.body, section.end);
  const name = reader.name("the name of a custom section");
  return { ...section, body: reader.offset, name };
}
