import type { Loose } from "./loose.ts";
import type { PluginOutput } from "./types.ts";

const decoder = new TextDecoder();

/** Bytes from a plugin as a read-only `DataView`. */
export class OutputView extends DataView<ArrayBuffer> implements PluginOutput {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #onLend: (() => void) | undefined;

  /**
   * @param bytes become this object's own
   * @param onLend called when somebody gets hold of the bytes themselves
   */
  constructor(bytes: Uint8Array<ArrayBuffer>, onLend?: () => void) {
    const exact = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    super(exact.buffer);
    this.#bytes = exact;
    this.#onLend = onLend;
  }

  json(): Loose {
    return JSON.parse(this.text());
  }

  arrayBuffer(): ArrayBuffer {
    this.#onLend?.();
    return this.buffer;
  }

  text(): string {
    return decoder.decode(this.#bytes);
  }

  string(): string {
    return this.text();
  }

  bytes(): Uint8Array<ArrayBuffer> {
    this.#onLend?.();
    return this.#bytes;
  }

  static {
    // By name, so that setters which a later edition of JavaScript brings are refused as well.
    for (const name of Object.getOwnPropertyNames(DataView.prototype)) {
      if (name.startsWith("set")) Object.defineProperty(OutputView.prototype, name, { value: refuse });
    }
  }
}

function refuse(): never {
  throw new TypeError("Cannot set values on output");
}
