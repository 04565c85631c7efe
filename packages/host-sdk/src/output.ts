import { PluginError } from "./errors.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

let decodeMsgpack: ((bytes: Uint8Array) => unknown) | undefined;

/** Lets `@mortise/host-sdk/msgpack` supply the decoder, so that the core stays without the library. */
export function setMsgpackDecoder(decode: (bytes: Uint8Array) => unknown): void {
  decodeMsgpack = decode;
}

/**
 * The bytes that a plugin returned. They are the caller's own: later calls, growing memory and `close()` leave
 * them alone.
 */
export class PluginOutput {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  /** Takes ownership of `bytes`. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** Length in bytes; 0 when the plugin set no output. */
  get length(): number {
    return this.#bytes.byteLength;
  }

  /** The bytes themselves, not a copy: every call returns the same array. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The bytes as UTF-8 text; malformed sequences become U+FFFD. */
  text(): string {
    return decoder.decode(this.#bytes);
  }

  /**
   * The bytes as JSON.
   * @throws {SyntaxError} when they are not JSON, the empty output included
   */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T;
  }

  /**
   * The bytes as MessagePack. Import `@mortise/host-sdk/msgpack` once in the application before using it.
   * @throws {PluginError} `UNSUPPORTED` when that entry was never imported
   */
  msgpack<T = unknown>(): T {
    if (!decodeMsgpack) {
      throw new PluginError(
        "UNSUPPORTED",
        'output.msgpack() needs the codec: import "@mortise/host-sdk/msgpack"',
      );
    }
    return decodeMsgpack(this.#bytes) as T;
  }
}
