import { ByteReader } from "./byte-reader.ts";
import { skipConstExpression } from "./const-expression.ts";
import { readExports, readImports } from "./externals.ts";
import { IndexSpaces, type Sized } from "./index-spaces.ts";
import { hex, invalid, unsupported } from "./malformed.ts";
import { readSections, SECTION, type SectionTable } from "./sections.ts";
import { readTypeSection } from "./type-section.ts";
import type {
  FunctionType,
  MemoryType,
  ModuleDescription,
  ModuleExport,
  ModuleImport,
  TableType,
} from "./types.ts";
import { readGlobalType } from "./value-types.ts";

/** Bound for the entries of a section; engines accept no more functions or globals. */
const MAX_ENTRIES = 1_000_000;
/** First byte of a table whose entries have an initial value; a second one, 0, follows. */
const INITIALISED_TABLE = 0x40;

/** A module with what a patch needs to know: where its sections and its size ranges lie. */
export interface ParsedModule {
  readonly sections: SectionTable;
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
  readonly memories: readonly Sized<MemoryType>[];
  readonly tables: readonly Sized<TableType>[];
  readonly tags: readonly FunctionType[];
  readonly usesGc: boolean;
  readonly hasArrays: boolean;
}

/**
 * Reads every section that names or sizes something. Code, data, elements and custom sections are passed over:
 * the engine reads them, and no limit lies in them.
 */
export function parseModule(bytes: Uint8Array): ParsedModule {
  const sections = readSections(bytes);
  const spaces = new IndexSpaces();
  let imports: readonly ModuleImport[] = [];
  let exports: readonly ModuleExport[] = [];
  const read = (id: number, readBody: (reader: ByteReader) => void) => {
    const section = sections.known.get(id);
    if (section === undefined) return;
    const reader = new ByteReader(bytes, section.body, section.end);
    readBody(reader);
    reader.finish(`section ${id}`);
  };
  const entries = (what: string, entryBytes: number, readEntry: (reader: ByteReader) => unknown) => {
    return (reader: ByteReader) => {
      const count = reader.count(what, entryBytes, MAX_ENTRIES);
      for (let index = 0; index < count; index++) readEntry(reader);
    };
  };
  // In the order in which the sections come, because later ones refer to earlier ones.
  read(SECTION.type, (reader) => {
    spaces.types = readTypeSection(reader);
  });
  read(SECTION.import, (reader) => {
    imports = readImports(reader, spaces);
  });
  const imported = spaces.functions.length;
  read(
    SECTION.function,
    entries("functions", 1, (reader) => spaces.readFunction(reader)),
  );
  checkBodies(bytes, sections, spaces.functions.length - imported);
  read(
    SECTION.table,
    entries("tables", 3, (reader) => readDefinedTable(reader, spaces)),
  );
  read(
    SECTION.memory,
    entries("memories", 2, (reader) => spaces.readMemory(reader, false)),
  );
  read(
    SECTION.tag,
    entries("tags", 2, (reader) => spaces.readTag(reader)),
  );
  read(
    SECTION.global,
    entries("globals", 3, (reader) => readDefinedGlobal(reader, spaces)),
  );
  read(SECTION.export, (reader) => {
    exports = readExports(reader, spaces);
  });
  return { sections, imports, exports, ...spaces, usesGc: usesGc(spaces), hasArrays: spaces.types.hasArrays };
}

/** The public view of a parsed module. */
export function toDescription(parsed: ParsedModule): ModuleDescription {
  return {
    imports: parsed.imports,
    exports: parsed.exports,
    memories: parsed.memories.map((memory) => memory.type),
    tables: parsed.tables.map((table) => table.type),
    tags: parsed.tags,
    usesGc: parsed.usesGc,
    customSections: parsed.sections.custom.map((section) => section.name),
  };
}

function readDefinedTable(reader: ByteReader, spaces: IndexSpaces): void {
  const initialised = reader.remaining > 0 && reader.bytes[reader.offset] === INITIALISED_TABLE;
  if (initialised) {
    reader.offset++;
    const reserved = reader.byte("a table");
    if (reserved !== 0) throw unsupported(`a table has the form ${hex(reserved)}`, reader.offset - 1);
  }
  spaces.readTable(reader, false);
  if (initialised) skipConstExpression(reader);
}

function readDefinedGlobal(reader: ByteReader, spaces: IndexSpaces): void {
  spaces.globals.push(readGlobalType(reader));
  skipConstExpression(reader);
}

function checkBodies(bytes: Uint8Array, sections: SectionTable, functions: number): void {
  const code = sections.known.get(SECTION.code);
  const bodies =
    code === undefined ? 0 : new ByteReader(bytes, code.body, code.end).u32("the number of bodies");
  if (bodies !== functions) {
    throw invalid(`it declares ${functions} functions and has ${bodies} bodies`, code?.body ?? bytes.length);
  }
}

function usesGc(spaces: IndexSpaces): boolean {
  // An exception that holds another one, or a table of them, makes a heap without bound, like a list of structs.
  const holdsExceptions =
    spaces.tables.some((table) => table.type.element === "exnref") ||
    spaces.globals.some((global) => global.value === "exnref") ||
    spaces.tags.some((tag) => tag.params.includes("exnref"));
  return spaces.types.hasAggregates || holdsExceptions;
}
