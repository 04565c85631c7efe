import { PluginError } from "../errors.ts";
import { applyEdits } from "./edit.ts";
import { invalid } from "./malformed.ts";
import { parseModule } from "./parse.ts";
import { SECTION } from "./sections.ts";
import { addressablePages, toSize, writeRange } from "./size-range.ts";

/**
 * Turns the one memory that a module imports into a shared one, so that the module can run in a worker on memory
 * that the host reads. The memory given to it must be shared and have a maximum of at most `maxPages`.
 *
 * @param maxPages maximum that the import declares, in 64 KiB pages
 * @throws {PluginError} `MODULE_INVALID` if the module does not import exactly one memory; `MEMORY_LIMIT` if the
 *   memory starts with more pages than `maxPages`
 * @throws {TypeError} if `maxPages` is not an integer that the address type can reach (65,536 for 32 bits)
 */
export function shareImportedMemory(bytes: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  const max = toSize("maxPages", maxPages);
  const parsed = parseModule(bytes);
  const [memory, ...others] = parsed.memories.filter(({ type }) => type.imported);
  const section = parsed.sections.known.get(SECTION.import);
  if (memory === undefined || section === undefined || others.length > 0) {
    throw invalid("it does not import exactly one memory", section?.start ?? 0);
  }
  const { range } = memory;
  if (max > addressablePages(range.wide))
    throw new TypeError(`${maxPages} pages are more than can be addressed.`);
  if (range.min > max) {
    throw new PluginError("MEMORY_LIMIT", `The imported memory has ${range.min} pages; the limit is ${max}.`);
  }
  const shared = writeRange({ ...range, max, shared: true });
  return applyEdits(bytes, [section], [{ start: range.start, end: range.end, bytes: shared }]);
}
