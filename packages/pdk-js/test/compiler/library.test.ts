import { expect, test } from "vitest";
import { mentionedPieces, type WebPiece } from "../../src/compiler/library.ts";

const piece = (name: string, globals: string[], requires: string[] = []): WebPiece => ({
  name,
  globals,
  requires,
  wasi: [],
  code: "",
});
const PIECES = [
  piece("url", ["URL"]),
  piece("events", ["Event"]),
  piece("abort", ["AbortSignal"], ["events"]),
  piece("more", ["More"], ["abort"]),
];
const names = (code: string): string[] => mentionedPieces(code, PIECES).map(({ name }) => name);

test.each([
  ["new URL('x')", ["url"]],
  ["globalThis.URL", ["url"]],
  ["self['URL']", ["url"]],
  ["const MyURL = URLS;", []],
  ["AbortSignal.any([])", ["events", "abort"]],
  ["More", ["events", "abort", "more"]],
  ["More; URL", ["url", "events", "abort", "more"]],
])("%s links %j, what is required first", (code, expected) => {
  expect(names(code)).toEqual(expected);
});
