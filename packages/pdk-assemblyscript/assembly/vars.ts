import { blockOfBytes, blockOfText, takeBytes, takeText } from "./blocks";
import { sizeOf } from "./buffer";
import * as env from "./env";

/**
 * The plugin's variables: bytes by key that outlive the call, up to the host's limit (1 MiB by default, keys and
 * values together; a `set` beyond it fails the call and leaves the old value).
 */
export class Var {
  /** The bytes of `key`, or `null` if it is not set. */
  static get(key: string): Uint8Array | null {
    return takeBytes(env.var_get(blockOfText(key)));
  }

  /** The bytes of `key` as UTF-8 text, or `null` if it is not set. */
  static getString(key: string): string | null {
    return takeText(env.var_get(blockOfText(key)));
  }

  /**
   * Sets `key` to a copy of `bytes` (`Uint8Array`, `StaticArray<u8>` or `ArrayBuffer`).
   *
   * Empty bytes delete the key, on every host: the ABI gives a plugin no handle for an empty value.
   */
  static set<T>(key: string, bytes: T): void {
    if (sizeOf(bytes) == 0) Var.delete(key);
    else env.var_set(blockOfText(key), blockOfBytes(bytes));
  }

  /** Sets `key` to `text` in UTF-8. Empty text deletes the key, as in `set`. */
  static setString(key: string, text: string): void {
    if (text.length == 0) Var.delete(key);
    else env.var_set(blockOfText(key), blockOfText(text));
  }

  /** Removes `key`; nothing happens if it is not set. */
  static delete(key: string): void {
    env.var_set(blockOfText(key), 0);
  }
}
