import wabt from "wabt";

const { parseWat } = await wabt();
const compiled = new Map<string, Uint8Array<ArrayBuffer>>();

/** A module from its text, exceptions included. The same text is compiled once. */
export function wat(source: string): Uint8Array<ArrayBuffer> {
  let bytes = compiled.get(source);
  if (!bytes) {
    const module = parseWat("guest.wat", source, { exceptions: true });
    bytes = Uint8Array.from(module.toBinary({}).buffer);
    module.destroy();
    compiled.set(source, bytes);
  }
  return bytes;
}
