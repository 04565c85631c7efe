import type { Section } from "./sections.ts";
import { ByteWriter } from "./writer.ts";

/** Replaces the bytes from `start` to `end` of a module; both lie in one section. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * Applies edits inside some sections and corrects the sizes of these sections. Everything else is copied once,
 * as it is.
 *
 * @param sections the sections that the edits lie in, in order
 * @param edits in order, not overlapping
 */
export function applyEdits(
  bytes: Uint8Array,
  sections: readonly Section[],
  edits: readonly Edit[],
): Uint8Array<ArrayBuffer> {
  const resized = sections.map((section) => sizeEdit(section, edits));
  const all = [...resized, ...edits].sort((a, b) => a.start - b.start);
  const growth = all.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), 0);
  const output = new Uint8Array(bytes.length + growth);
  let from = 0;
  let to = 0;
  for (const edit of all) {
    output.set(bytes.subarray(from, edit.start), to);
    to += edit.start - from;
    output.set(edit.bytes, to);
    to += edit.bytes.length;
    from = edit.end;
  }
  output.set(bytes.subarray(from), to);
  return output;
}

/** The edit that makes the size of a section fit what the other edits do to its body. */
function sizeEdit(section: Section, edits: readonly Edit[]): Edit {
  const size = edits
    .filter((edit) => edit.start >= section.body && edit.end <= section.end)
    .reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), section.end - section.body);
  return { start: section.start + 1, end: section.body, bytes: new ByteWriter().unsigned(size).take() };
}
