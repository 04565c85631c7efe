import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

/**
 * What msgpackr uses of the Encoding standard, on the engine's own functions. The build puts these in the place of
 * the globals, which would link the whole Web API into every plugin that speaks MessagePack.
 */
class Utf8Encoder {
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
    const bytes = natives.encode(wellFormed(source));
    destination.set(bytes);
    return { read: source.length, written: bytes.length };
  }
}

class Utf8Decoder {
  decode(bytes: Uint8Array): string {
    return natives.decode(bytes);
  }
}

export { Utf8Decoder as TextDecoder, Utf8Encoder as TextEncoder };
