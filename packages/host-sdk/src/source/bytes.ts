import { PluginError } from "../errors.ts";

// WebAssembly core specification, 5.5.16: the magic `\0asm`, then the version as a little-endian u32.
const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;
/** The component model uses the upper half of the version as its layer. */
const COMPONENT_LAYER = 1;

/** What bytes hold. */
export type Content = "module" | "manifest" | "other";

/** Tells by the first bytes what they hold. Nothing else decides: neither a file's name nor a content type. */
export function contentOf(bytes: Uint8Array): Content {
  if (MAGIC.every((byte, index) => bytes[index] === byte)) return "module";
  return /^\s*\{/.test(head(bytes)) ? "manifest" : "other";
}

/**
 * Refuses what is no core WebAssembly module, before any compiler sees it.
 * @throws {PluginError} `MODULE_INVALID`, with the beginning of the bytes in the message
 */
export function checkModuleHeader(bytes: Uint8Array, label: string): void {
  if (contentOf(bytes) !== "module") throw otherContent(bytes, label, "not WebAssembly");
  if (bytes.length < 8)
    throw new PluginError("MODULE_INVALID", `${label} is cut off inside the WebAssembly header`);
  if (bytes[6] === COMPONENT_LAYER) {
    const hint = "a plugin is a core module; build it for a target without components, such as wasm32-wasip1";
    throw new PluginError("MODULE_INVALID", `${label} is a WebAssembly component; ${hint}`);
  }
}

/** The error for bytes that hold something else, such as an error page; it shows how they begin. */
export function otherContent(bytes: Uint8Array, label: string, problem: string): PluginError {
  const start =
    bytes.length === 0 ? "it is empty" : `it begins with ${JSON.stringify(head(bytes).slice(0, 24))}`;
  return new PluginError("MODULE_INVALID", `${label} is ${problem}: ${start}`);
}

/** Text of a manifest, which is UTF-8. */
export function decodeManifest(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PluginError("MANIFEST_INVALID", `Manifest ${label}: is not UTF-8`, { cause });
  }
}

/** The first bytes as text, without a byte order mark. */
function head(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 1024));
}
