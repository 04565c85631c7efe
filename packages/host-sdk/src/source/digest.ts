import { PluginError } from "../errors.ts";

/**
 * SHA-256 of exactly the range that the view shows, as 64 hexadecimal digits in lower case (FIPS 180-4).
 * @returns `undefined` where WebCrypto is missing: browsers have it in secure contexts only
 */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return undefined;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Compares a digest with the one that a manifest asks for.
 * @throws {PluginError} `HASH_MISMATCH`; `UNSUPPORTED` if there is no digest to compare
 */
export function checkHash(expected: string, digest: string | undefined, label: string): void {
  if (digest === undefined) {
    const message = `${label} cannot be checked: WebCrypto is missing here (browsers have it on https pages only)`;
    throw new PluginError("UNSUPPORTED", message);
  }
  if (digest !== expected) {
    const message = `${label} is not what the manifest expects: its SHA-256 is ${digest}, the manifest says ${expected}`;
    throw new PluginError("HASH_MISMATCH", message);
  }
}
