import type { Section } from "./sections.ts";
import { ByteWriter } from "./writer.ts";

/** Replaces the bytes from `start` to `end` of a module; both lie in one section. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * Applies edits inside sections and corrects the sizes of these sections. Everything else is copied once, as it is.
 *
 * @param sections all sections that edits may lie in
 * @param edits not overlapping
 */
export function applyEdits(
  bytes: Uint8Array,
  sections: readonly Section[],
  edits: readonly Edit[],
): Uint8Array<ArrayBuffer> {
  const sizes = sections.flatMap((section) => sizeEdit(section, edits) ?? []);
  const ordered = [...sizes, ...edits].sort((a, b) => a.start - b.start);
  const output = new Uint8Array(bytes.length + growth(ordered));
  let from = 0;
  let to = 0;
  for (const edit of ordered) {
    output.set(bytes.subarray(from, edit.start), to);
    to += edit.start - from;
    output.set(edit.bytes, to);
    to += edit.bytes.length;
    from = edit.end;
  }
  output.set(bytes.subarray(from), to);
  return output;
}

/** The edit that makes the size of a section fit what the other edits do to its body, if they do anything. */
function sizeEdit(section: Section, edits: readonly Edit[]): Edit | undefined {
  const inside = edits.filter((edit) => edit.start >= section.body && edit.end <= section.end);
  if (inside.length === 0) return undefined;
  const size = section.end - section.body + growth(inside);
  return { start: section.start + 1, end: section.body, bytes: new ByteWriter().unsigned(size).take() };
}

function growth(edits: readonly Edit[]): number {
  return edits.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), 0);
}
