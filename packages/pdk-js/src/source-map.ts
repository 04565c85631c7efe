/**
 * Turns the positions in a plugin's error text into positions in the author's files.
 * Hosts may import it: it is pure, and decodes a map only when there is a frame to map.
 *
 * @packageDocumentation
 */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { findCustomSection } from "./compiler/wasm/sections.ts";

/** The custom section of a plugin that holds its source map: version 3, JSON, UTF-8. */
export const SOURCE_MAP_SECTION = "mortise.sourcemap";

/** What the engine calls the plugin's bundle in stack frames. */
export const BUNDLE_NAME = "plugin.js";

/** Begins the names of the guest library's files in a source map. */
export const LIBRARY_PREFIX = "mortise:";

export interface SourcePosition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

const FRAME = /\bplugin\.js:(\d+):(\d+)/g;

/**
 * Rewrites the frames of a stack, or of a whole error text, from `plugin.js:line:column` to the author's file.
 * Frames without a known origin stay as they are, and with a damaged map all do: plugins bring their own maps,
 * and reporting an error must not fail on one.
 *
 * @param stack - An error text as a plugin reports it.
 * @param source - The plugin's bytes, or the content of its section {@link SOURCE_MAP_SECTION}, or the map's text.
 */
export function mapStack(stack: string, source: Uint8Array | string | undefined): string {
  if (source === undefined || !stack.includes(`${BUNDLE_NAME}:`)) return stack;
  try {
    const map = loadMap(source);
    if (map === undefined) return stack;
    return stack.replace(FRAME, (frame, line: string, column: string) => {
      const place = mapPosition(map, Number(line), Number(column));
      return place === undefined ? frame : `${place.file}:${place.line}:${place.column}`;
    });
  } catch {
    return stack;
  }
}

/** The first frame of a stack that leads to one of the author's files, by the map's text. */
export function firstPosition(stack: string, mapText: string): SourcePosition | undefined {
  const map = new TraceMap(mapText);
  for (const [, line, column] of stack.matchAll(FRAME)) {
    const place = mapPosition(map, Number(line), Number(column));
    if (place !== undefined && !place.file.startsWith(LIBRARY_PREFIX)) return place;
  }
  return undefined;
}

function mapPosition(map: TraceMap, line: number, column: number): SourcePosition | undefined {
  if (line < 1 || column < 1) return undefined;
  const place = originalPositionFor(map, { line, column: column - 1 });
  return place.source === null
    ? undefined
    : { file: place.source, line: place.line, column: place.column + 1 };
}

function loadMap(source: Uint8Array | string): TraceMap | undefined {
  const text = typeof source === "string" ? source : sectionText(source);
  return text === undefined ? undefined : new TraceMap(text);
}

function sectionText(source: Uint8Array): string | undefined {
  const isModule = source[0] === 0 && source[1] === 0x61 && source[2] === 0x73 && source[3] === 0x6d;
  const section = isModule ? findCustomSection(source, SOURCE_MAP_SECTION) : source;
  return section === undefined ? undefined : new TextDecoder().decode(section);
}
