import { readSections } from "./sections.ts";

/**
 * The contents of the first custom section with this name, as a view of the module's bytes, or `undefined`.
 *
 * @throws {PluginError} `MODULE_INVALID` or `UNSUPPORTED` if the bytes are not made of sections
 */
export function customSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const section = readSections(bytes).custom.find((candidate) => candidate.name === name);
  return section && bytes.subarray(section.body, section.end);
}
