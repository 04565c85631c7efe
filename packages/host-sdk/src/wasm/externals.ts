import type { ByteReader } from "./byte-reader.ts";
import type { IndexSpaces } from "./index-spaces.ts";
import { hex, invalid, quote, unsupported } from "./malformed.ts";
import type { ExternalKind, ExternalType, ModuleExport, ModuleImport } from "./types.ts";
import { readGlobalType } from "./value-types.ts";

/** Kinds of import and export, by the byte that stands for them (core specification, 5.5.5). */
const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global", "tag"];

/** Bounds that keep the description of a hostile module small; the larger engines' older versions have the same. */
const MAX_IMPORTS = 100_000;
const MAX_EXPORTS = 100_000;

/** Reads the body of the import section and numbers what it declares. */
export function readImports(reader: ByteReader, spaces: IndexSpaces): ModuleImport[] {
  const count = reader.count("imports", 4, MAX_IMPORTS);
  return Array.from({ length: count }, () => {
    const module = reader.name("the module of an import");
    const name = reader.name("the name of an import");
    return { module, name, ...readImportType(reader, spaces) };
  });
}

/** Reads the body of the export section. Names must be unique, indexes must exist. */
export function readExports(reader: ByteReader, spaces: IndexSpaces): ModuleExport[] {
  const names = new Set<string>();
  const count = reader.count("exports", 3, MAX_EXPORTS);
  return Array.from({ length: count }, () => {
    const start = reader.offset;
    const name = reader.name("the name of an export");
    if (names.has(name)) throw invalid(`it exports ${quote(name)} twice`, start);
    names.add(name);
    return { name, ...readExportType(reader, spaces) };
  });
}

function readImportType(reader: ByteReader, spaces: IndexSpaces): ExternalType {
  const kind = readKind(reader);
  switch (kind) {
    case "function":
      return { kind, type: spaces.readFunction(reader) };
    case "table":
      return { kind, type: spaces.readTable(reader, true) };
    case "memory":
      return { kind, type: spaces.readMemory(reader, true) };
    case "global": {
      const type = readGlobalType(reader);
      spaces.globals.push(type);
      return { kind, type };
    }
    case "tag":
      return { kind, type: spaces.readTag(reader) };
  }
}

function readExportType(reader: ByteReader, spaces: IndexSpaces): ExternalType {
  const kind = readKind(reader);
  switch (kind) {
    case "function":
      return { kind, type: readIndexed(reader, spaces.functions, kind) };
    case "table":
      return { kind, type: readIndexed(reader, spaces.tables, kind).type };
    case "memory":
      return { kind, type: readIndexed(reader, spaces.memories, kind).type };
    case "global":
      return { kind, type: readIndexed(reader, spaces.globals, kind) };
    case "tag":
      return { kind, type: readIndexed(reader, spaces.tags, kind) };
  }
}

function readKind(reader: ByteReader): ExternalKind {
  const byte = reader.byte("the kind of an import or export");
  const kind = KINDS[byte];
  if (kind === undefined)
    throw unsupported(`it imports or exports something of the kind ${hex(byte)}`, reader.offset - 1);
  return kind;
}

function readIndexed<T>(reader: ByteReader, space: readonly T[], kind: ExternalKind): T {
  const start = reader.offset;
  const index = reader.u32(`the index of an exported ${kind}`);
  const found = space[index];
  if (found === undefined) throw invalid(`it exports the ${kind} ${index}, which does not exist`, start);
  return found;
}
