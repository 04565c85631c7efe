import { type BytesLike, toBytes } from "./bytes.ts";
import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

/** Stores text or bytes in a new host block; 0 when there are none. */
export function storeBlock(data: string | BytesLike, what: string): number {
  return typeof data === "string"
    ? natives.storeText(wellFormed(data))
    : natives.storeBytes(toBytes(data, what));
}

/** Reads a block that the host handed over, and frees it. 0 is no block: empty. (Some hosts let one read it.) */
export function takeBytes(handle: number): Uint8Array {
  if (handle === 0) return new Uint8Array(0);
  const bytes = natives.loadBytes(handle);
  natives.free(handle);
  return bytes;
}

/** Like {@link takeBytes}, decoded as UTF-8. */
export function takeText(handle: number): string {
  if (handle === 0) return "";
  const text = natives.loadText(handle);
  natives.free(handle);
  return text;
}
