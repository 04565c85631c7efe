import { PluginError } from "../errors.ts";
import { invalid, quote } from "./malformed.ts";
import { PREAMBLE } from "./writer.ts";

/** The version and layer fields of a binary in the format of the component model. */
const COMPONENT = [0x0d, 0x00, 0x01, 0x00];
const MAGIC_BYTES = 4;
/** How much of a file that is no module its error shows. */
const SHOWN_BYTES = 40;

/**
 * Checks that the bytes start as a core module of version 1.
 *
 * @returns the offset of the first section
 * @throws {PluginError} `MODULE_INVALID`, saying what the bytes are instead as far as that can be told
 */
export function checkPreamble(bytes: Uint8Array): number {
  if (!startsWith(bytes, PREAMBLE.slice(0, MAGIC_BYTES), 0)) throw notWasm(bytes);
  if (startsWith(bytes, COMPONENT, MAGIC_BYTES)) {
    throw new PluginError(
      "MODULE_INVALID",
      "This is a component, not a core module: build the plugin for a core target such as wasm32-wasip1, or " +
        "extract the core module from the component.",
    );
  }
  if (!startsWith(bytes, PREAMBLE, 0)) throw invalid("its version is not 1", MAGIC_BYTES);
  return PREAMBLE.length;
}

function startsWith(bytes: Uint8Array, expected: readonly number[], offset: number): boolean {
  return expected.every((byte, index) => bytes[offset + index] === byte);
}

function notWasm(bytes: Uint8Array): PluginError {
  if (bytes.length === 0)
    return new PluginError("MODULE_INVALID", "Not a WebAssembly module: there are no bytes.");
  const shown = bytes.slice(0, SHOWN_BYTES);
  const text = new TextDecoder().decode(shown).trimStart();
  // Control characters other than white space do not occur in a page or a message.
  if (!shown.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))) {
    const start = [...shown.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return new PluginError("MODULE_INVALID", `Not a WebAssembly module: it starts with the bytes ${start}.`);
  }
  const guess = text.startsWith("<") ? "a web page, perhaps of an error," : "text";
  return new PluginError(
    "MODULE_INVALID",
    `Not a WebAssembly module but ${guess} that starts with ${quote(text)}. Check the path or URL.`,
  );
}
