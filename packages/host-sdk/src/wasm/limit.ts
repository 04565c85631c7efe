import { PluginError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { applyEdits } from "./edit.ts";
import type { Sized } from "./index-spaces.ts";
import { describeLowered, lowerMemories, lowerTables } from "./lower-maxima.ts";
import { type ParsedModule, parseModule } from "./parse.ts";
import { toSize } from "./size-range.ts";
import type { MemoryType, ModuleDescription, TableType } from "./types.ts";

/** Each memory may reach the cap by itself, so their number multiplies it. Toolchains emit one, rarely two. */
export const MAX_MEMORIES = 16;
/** As for memories; toolchains that keep a table per reference type emit a handful. */
export const MAX_TABLES = 16;
/**
 * Values that one exception may carry. An engine keeps them on its own heap, where no limit counts them, once for
 * every exception that a deep recursion holds. Languages use one or two.
 */
export const MAX_TAG_PARAMETERS = 16;

/** A module whose memories and tables the engine will not grow beyond the limits. */
export interface LimitedModule {
  /** The input itself where nothing had to change, else a new array. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The module as it is now, with lowered maxima. */
  readonly description: ModuleDescription;
}

/**
 * Writes the limits into a module, as maxima of the memories and tables it defines, so that the engine itself
 * refuses `memory.grow` and `table.grow` beyond them. A declared maximum that is lower stays.
 *
 * Imported memories and tables are bounded where they are made: by the module that exports them, patched in the
 * same way, or by the host. The maximum that an import declares is only a demand on that one, which must have a
 * maximum no higher. It is left alone, because a lowered maximum of an exporter satisfies every import that the
 * original did. A demand above or below the cap therefore needs no change; one whose minimum is over the cap could
 * never be met, and is refused here with a clear message instead of at linking.
 *
 * @param bytes the module; on memory that no other thread can write, or it could change after it was checked
 * @throws {PluginError} `MEMORY_LIMIT` if the module starts larger than the limits; `MODULE_INVALID` and
 *   `UNSUPPORTED` as `describeModule` does; `UNSUPPORTED` also for tags with more than 16 parameters and for array types
 * @throws {TypeError} if a limit is not an integer of at least 0
 */
export function limitModule(
  bytes: Uint8Array<ArrayBuffer>,
  limits: Pick<Limits, "maxPages" | "maxTableEntries">,
): LimitedModule {
  const maxPages = toSize("maxPages", limits.maxPages);
  const maxEntries = toSize("maxTableEntries", limits.maxTableEntries);
  const parsed = parseModule(bytes);
  checkMemories(parsed.memories, maxPages);
  checkTables(parsed.tables, maxEntries);
  checkTags(parsed);
  checkArrays(parsed);
  const memories = lowerMemories(parsed.memories, maxPages);
  const tables = lowerTables(parsed.tables, maxEntries);
  const edits = [...tables.edits, ...memories.edits];
  return {
    bytes: edits.length === 0 ? bytes : applyEdits(bytes, [...parsed.sections.known.values()], edits),
    description: describeLowered(parsed, memories, tables),
  };
}

function checkMemories(memories: readonly Sized<MemoryType>[], maxPages: bigint): void {
  if (memories.length > MAX_MEMORIES) {
    throw over(`The module has ${memories.length} memories; at most ${MAX_MEMORIES} are allowed.`);
  }
  for (const { range, type } of memories) {
    if (range.min > maxPages) {
      throw over(
        `The module ${type.imported ? "imports" : "starts with"} a memory of ${range.min} pages; ` +
          `the limit is ${maxPages} pages of 64 KiB (memory.maxPages).`,
      );
    }
  }
}

function checkTables(tables: readonly Sized<TableType>[], maxEntries: bigint): void {
  if (tables.length > MAX_TABLES) {
    throw over(`The module has ${tables.length} tables; at most ${MAX_TABLES} are allowed.`);
  }
  const entries = tables.reduce((sum, table) => sum + table.range.min, 0n);
  if (entries > maxEntries) {
    throw over(`The module starts with ${entries} table entries; the limit is ${maxEntries}.`);
  }
}

function checkTags({ tags }: ParsedModule): void {
  const large = tags.find((tag) => tag.params.length > MAX_TAG_PARAMETERS);
  if (large === undefined) return;
  throw new PluginError(
    "UNSUPPORTED",
    `The module has an exception tag with ${large.params.length} parameters; at most ${MAX_TAG_PARAMETERS} are allowed.`,
  );
}

/**
 * A heap that is full ends its worker, where the engine can collect garbage first and ask again. One array can be
 * larger than the whole heap: V8 then ends the process, in a worker too.
 */
function checkArrays({ hasArrays }: ParsedModule): void {
  if (!hasArrays) return;
  throw new PluginError(
    "UNSUPPORTED",
    "The module has array types of the garbage-collection proposal, whose size no limit covers.",
  );
}

function over(message: string): PluginError {
  return new PluginError("MEMORY_LIMIT", message);
}
