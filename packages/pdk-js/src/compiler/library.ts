/** A part of the guest library that is linked only into plugins that mention one of its globals. */
export interface WebPiece {
  readonly name: string;
  /** Global names that this piece provides. */
  readonly globals: readonly string[];
  /** Pieces that must run before it. */
  readonly requires: readonly string[];
  /** What it needs of WASI. */
  readonly wasi: readonly WasiImport[];
  readonly code: string;
}

/** What a plugin may need of WASI. */
export type WasiImport = "clock" | "random";

/** What the compiler links into plugins: prepared when the package is built (scripts/build.mjs). */
export interface GuestLibrary {
  /** The script that runs first in every plugin. */
  readonly runtime: string;
  /** `@mortise/pdk-js` as one module, for code that comes bundled but imports it. */
  readonly guest: string;
  /** In an order that satisfies `requires`. */
  readonly web: readonly WebPiece[];
}

/** The fused engine: its bytes to compose plugins from, and compiled to evaluate them. */
export interface EngineImage {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
}

/**
 * The pieces whose globals `code` mentions, with what they require, in running order. A mention is the bare name
 * anywhere in the bundled code: `URL`, `globalThis.URL` and `self["URL"]` all count, and so does a comment or a
 * string. That may link too much, never too little.
 */
export function mentionedPieces(code: string, pieces: readonly WebPiece[]): WebPiece[] {
  const words = wordsOf(code);
  const wanted = new Set<string>();
  for (const piece of [...pieces].reverse()) {
    if (!wanted.has(piece.name) && !piece.globals.some((name) => words.has(name))) continue;
    wanted.add(piece.name);
    for (const name of piece.requires) wanted.add(name);
  }
  return pieces.filter(({ name }) => wanted.has(name));
}

/** Names without which code cannot reach the clock or random numbers: `eval` and `Function` could run anything. */
const WASI_WORDS: Readonly<Record<WasiImport, readonly string[]>> = {
  clock: ["Date", "performance", "eval", "Function"],
  random: ["random", "eval", "Function"],
};

/** What a plugin imports of WASI, by the same rule as {@link mentionedPieces}: most need nothing at all. */
export function neededWasi(code: string, pieces: readonly WebPiece[]): WasiImport[] {
  const words = wordsOf(code);
  const linked = mentionedPieces(code, pieces).flatMap(({ wasi }) => wasi);
  const all = Object.entries(WASI_WORDS) as [WasiImport, readonly string[]][];
  return all.flatMap(([need, names]) =>
    linked.includes(need) || names.some((name) => words.has(name)) ? [need] : [],
  );
}

function wordsOf(code: string): Set<string> {
  return new Set(code.match(/[A-Za-z_$][\w$]*/g));
}
