import { toBytes } from "../bytes.ts";
import { natives } from "../natives.ts";
import { wellFormed } from "../text.ts";
import { defineGlobals } from "./define.ts";

const UTF8_LABELS = [
  "unicode-1-1-utf-8",
  "unicode11utf8",
  "unicode20utf8",
  "utf-8",
  "utf8",
  "x-unicode20utf8",
];
const BOM = "\uFEFF";

/** Encoding standard, 7.2. */
class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array {
    return natives.encode(wellFormed(String(input)));
  }

  encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
    let read = 0;
    let written = 0;
    for (const character of String(source)) {
      const bytes = natives.encode(wellFormed(character));
      if (written + bytes.length > destination.length) break;
      destination.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

interface DecoderOptions {
  readonly fatal?: boolean;
  readonly ignoreBOM?: boolean;
}

/** Encoding standard, 7.1, for UTF-8 only: any other encoding is a RangeError. */
class TextDecoder {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #pending = new Uint8Array(0);
  #started = false;

  constructor(label = "utf-8", { fatal = false, ignoreBOM = false }: DecoderOptions = {}) {
    if (!UTF8_LABELS.includes(String(label).trim().toLowerCase())) {
      throw new RangeError(`TextDecoder knows UTF-8 only, not "${label}"`);
    }
    this.fatal = Boolean(fatal);
    this.ignoreBOM = Boolean(ignoreBOM);
  }

  decode(
    input?: ArrayBuffer | ArrayBufferView,
    { stream = false }: { readonly stream?: boolean } = {},
  ): string {
    const bytes = this.#join(
      input === undefined ? new Uint8Array(0) : toBytes(input, "TextDecoder.decode()'s input"),
    );
    const end = stream ? completeLength(bytes) : bytes.length;
    this.#pending = bytes.slice(end);
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
    const text = natives.decode(whole);
    if (this.fatal && text.includes("\uFFFD") && !sameBytes(natives.encode(text), whole)) {
      this.#reset();
      throw new TypeError("the bytes are not valid UTF-8");
    }
    const stripped = !this.#started && !this.ignoreBOM && text.startsWith(BOM) ? text.slice(1) : text;
    if (stream) this.#started ||= text !== "";
    else this.#reset();
    return stripped;
  }

  #join(bytes: Uint8Array): Uint8Array {
    if (this.#pending.length === 0) return bytes;
    const joined = new Uint8Array(this.#pending.length + bytes.length);
    joined.set(this.#pending);
    joined.set(bytes, this.#pending.length);
    return joined;
  }

  #reset(): void {
    this.#pending = new Uint8Array(0);
    this.#started = false;
  }
}

/** Length without a character at the end that may be continued by the next chunk. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back && isPrefix(bytes.subarray(bytes.length - back)) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** True when only its length keeps this sequence from being a character: it decodes to a single U+FFFD. */
function isPrefix(bytes: Uint8Array): boolean {
  return natives.decode(bytes) === "\uFFFD" && bytes[0]! >= 0xc2 && bytes[0]! <= 0xf4;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

defineGlobals({ TextEncoder, TextDecoder });
