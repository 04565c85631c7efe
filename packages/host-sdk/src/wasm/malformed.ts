import { PluginError } from "../errors.ts";

/** The error for bytes that break the binary format of the core specification; `offset` counts from the module's start. */
export function invalid(what: string, offset: number): PluginError {
  return new PluginError("MODULE_INVALID", `Not a valid WebAssembly module: ${what}, at byte ${offset}.`);
}

/**
 * The error for a construct that this parser does not know with certainty, or that exceeds what it takes.
 * Guessing would let a module mean one thing to the limits and another to the engine.
 */
export function unsupported(what: string, offset: number): PluginError {
  return new PluginError(
    "UNSUPPORTED",
    `This WebAssembly module cannot be checked: ${what}, at byte ${offset}.`,
  );
}

/** How much of a hostile text a message shows. */
const SHOWN_CHARACTERS = 60;

/** A text of the module for use in a message: quoted, cut, and without characters that could disguise the rest. */
export function quote(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, "?");
  return JSON.stringify(plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain);
}

/** `0x0f` and the like. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
