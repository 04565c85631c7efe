import { ByteReader, ByteWriter } from "./bytes.ts";

/** Section ids (core specification, 5.5.2). */
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
} as const;

export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Splits a module into its sections, in file order. @throws RangeError when it is not a module. */
export function readSections(module: Uint8Array): Section[] {
  const reader = new ByteReader(module);
  const header = reader.bytes(HEADER.length);
  if (HEADER.some((byte, at) => header[at] !== byte)) throw new RangeError("not a WebAssembly module");
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, body: reader.bytes(reader.u32()) });
  }
  return sections;
}

/** The reverse of {@link readSections}. */
export function writeSections(sections: readonly Section[]): Uint8Array {
  const writer = new ByteWriter().bytes(HEADER);
  for (const section of sections) writer.byte(section.id).sized(section.body);
  return writer.finish();
}

/** A vector section as its element count and the bytes of its elements, so that elements can be appended. */
export interface RawVector {
  count: number;
  readonly items: ByteWriter;
}

/** Reads the count and keeps the elements as they stand; a missing section is an empty vector. */
export function readVector(sections: readonly Section[], id: number): RawVector {
  const section = sections.find((candidate) => candidate.id === id);
  if (section === undefined) return { count: 0, items: new ByteWriter() };
  const reader = new ByteReader(section.body);
  return {
    count: reader.u32(),
    items: new ByteWriter().bytes(reader.bytes(section.body.length - reader.position)),
  };
}

export function writeVector(id: number, vector: RawVector): Section {
  return { id, body: new ByteWriter().u32(vector.count).bytes(vector.items.finish()).finish() };
}

/** The content of the custom section called `name`, or undefined. */
export function findCustomSection(module: Uint8Array, name: string): Uint8Array | undefined {
  for (const section of readSections(module)) {
    if (section.id !== SECTION.custom) continue;
    const reader = new ByteReader(section.body);
    if (reader.name() === name) return reader.rest();
  }
  return undefined;
}
