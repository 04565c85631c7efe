import { defineGlobals } from "./define.ts";

/** Encoding standard, 7.4. A surrogate pair that is cut between two chunks is joined again. */
class TextEncoderStream extends TransformStream<unknown, Uint8Array> {
  readonly encoding = "utf-8";

  constructor() {
    const encoder = new TextEncoder();
    let high = "";
    super({
      transform(chunk, controller) {
        const text = high + String(chunk);
        high = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : "";
        const bytes = encoder.encode(text.slice(0, text.length - high.length));
        if (bytes.length > 0) controller.enqueue(bytes);
      },
      flush(controller) {
        if (high !== "") controller.enqueue(encoder.encode(high));
      },
    });
  }
}

/** Encoding standard, 7.6, for UTF-8 only. */
class TextDecoderStream extends TransformStream<ArrayBuffer | ArrayBufferView, string> {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label?: string, options?: TextDecoderOptions) {
    const decoder = new TextDecoder(label, options);
    super({
      transform(chunk, controller) {
        const text = decoder.decode(chunk as BufferSource, { stream: true });
        if (text !== "") controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== "") controller.enqueue(text);
      },
    });
    this.fatal = decoder.fatal;
    this.ignoreBOM = decoder.ignoreBOM;
  }
}

defineGlobals({ TextEncoderStream, TextDecoderStream });
