import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { toBytes, typeName } from "../bytes.ts";
import { natives } from "../natives.ts";
import { defineGlobals } from "./define.ts";

const DIGESTS: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ["SHA-1", sha1],
  ["SHA-256", sha256],
  ["SHA-384", sha384],
  ["SHA-512", sha512],
]);
/** Web Cryptography API, 10.1.1. */
const QUOTA = 65_536;

/** Only `digest`: keys and ciphers belong to the host. */
class SubtleCrypto {
  async digest(
    algorithm: string | { readonly name: string },
    data: ArrayBuffer | ArrayBufferView,
  ): Promise<ArrayBuffer> {
    const name = String(typeof algorithm === "string" ? algorithm : algorithm?.name).toUpperCase();
    const digest = DIGESTS.get(name);
    if (digest === undefined)
      throw new DOMException(`crypto.subtle.digest does not know ${name}`, "NotSupportedError");
    return digest(toBytes(data, "crypto.subtle.digest()'s data")).slice().buffer as ArrayBuffer;
  }
}

class Crypto {
  readonly subtle = new SubtleCrypto();

  getRandomValues<T>(array: T): T {
    if (!ArrayBuffer.isView(array) || array instanceof DataView || /^Float/.test(typeName(array))) {
      throw new DOMException("getRandomValues() fills typed arrays of integers", "TypeMismatchError");
    }
    if (array.byteLength > QUOTA) {
      throw new DOMException(`getRandomValues() fills at most ${QUOTA} bytes`, "QuotaExceededError");
    }
    natives.randomFill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  }

  /** RFC 9562, version 4. */
  randomUUID(): string {
    const bytes = this.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
}

defineGlobals({ crypto: new Crypto(), Crypto, SubtleCrypto });
