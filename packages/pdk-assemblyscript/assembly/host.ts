/**
 * Calling the application's own host functions with strings, bytes and JSON text.
 *
 * ```ts
 * @external("extism:host/user", "kv_read")
 * declare function kv_read(key: u64): u64;
 *
 * const value = host.callText(kv_read, "greeting");   // string | null
 * ```
 */
import { blockOfBytes, blockOfText, takeBytes, takeText } from "./blocks";
import * as env from "./env";

export namespace host {
  /** A new block with text in UTF-8 (JSON text too), as an argument. It stays yours: `host.free` it after the call. */
  export function text(value: string): u64 {
    return blockOfText(value);
  }

  /** A new block with a copy of some bytes, as an argument. It stays yours: `host.free` it after the call. */
  export function bytes<T>(value: T): u64 {
    return blockOfBytes(value);
  }

  /** Reads a returned block as UTF-8 text and frees it; `null` for handle 0. */
  export function readText(handle: u64): string | null {
    return takeText(handle);
  }

  /** Reads a returned block and frees it; `null` for handle 0. */
  export function readBytes(handle: u64): Uint8Array | null {
    return takeBytes(handle);
  }

  /** Frees a block that `text` or `bytes` made. */
  export function free(handle: u64): void {
    env.free(handle);
  }

  /** Calls a host function that takes text and returns text: passes, reads and frees the blocks. */
  export function callText(fn: (argument: u64) => u64, argument: string): string | null {
    const handle = blockOfText(argument);
    const result = fn(handle);
    env.free(handle);
    return takeText(result);
  }

  /** Calls a host function that takes bytes and returns bytes: passes, reads and frees the blocks. */
  export function callBytes<T>(fn: (argument: u64) => u64, argument: T): Uint8Array | null {
    const handle = blockOfBytes(argument);
    const result = fn(handle);
    env.free(handle);
    return takeBytes(result);
  }
}
