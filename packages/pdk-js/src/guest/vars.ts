import { storeBlock, takeBytes, takeText } from "./block.ts";
import { type BytesLike, checkText } from "./bytes.ts";
import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

function find(key: string): number {
  checkText(key, "a variable's key");
  return natives.varGet(natives.storeText(wellFormed(key)));
}

/**
 * Values that outlive the call, and even a rebuilt instance; they end when the host closes the plugin.
 * All keys and values together may be 1 MiB by default; beyond that the call fails and the old value stays.
 */
export const Var = {
  /** A copy of the value, or null when the variable is not set. */
  get(key: string): Uint8Array | null {
    const handle = find(key);
    return handle === 0 ? null : takeBytes(handle);
  },

  /** The value decoded as UTF-8, or null when the variable is not set. */
  getString(key: string): string | null {
    const handle = find(key);
    return handle === 0 ? null : takeText(handle);
  },

  /** Sets the variable; an empty value deletes it, on every host: the ABI has no handle for an empty value. */
  set(key: string, value: string | BytesLike): void {
    checkText(key, "Var.set()'s key");
    const block = storeBlock(value, "Var.set()'s value");
    // Some hosts make a block for no bytes; the variable must be gone there too.
    const isEmpty = natives.length(block) === 0;
    natives.varSet(natives.storeText(wellFormed(key)), isEmpty ? 0 : block);
  },

  /** Like {@link Var.set}, for text only. @throws TypeError when it is not a string. */
  setString(key: string, text: string): void {
    checkText(text, "Var.setString()'s text");
    Var.set(key, text);
  },

  delete(key: string): void {
    checkText(key, "Var.delete()'s key");
    natives.varSet(natives.storeText(wellFormed(key)), 0);
  },
};
