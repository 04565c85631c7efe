import { toBytes } from "../bytes.ts";
import { natives } from "../natives.ts";
import { wellFormed } from "../text.ts";

export type BodyInit = string | ArrayBuffer | ArrayBufferView | URLSearchParams | null | undefined;

/** A body's bytes and the content type that goes with them. @throws TypeError for streams, blobs and forms. */
export function extractBody(body: BodyInit): { bytes: Uint8Array | null; type: string | null } {
  if (body === null || body === undefined) return { bytes: null, type: null };
  if (typeof body === "string") {
    return { bytes: natives.encode(wellFormed(body)), type: "text/plain;charset=UTF-8" };
  }
  if (body instanceof URLSearchParams) {
    return {
      bytes: natives.encode(body.toString()),
      type: "application/x-www-form-urlencoded;charset=UTF-8",
    };
  }
  return { bytes: toBytes(body, "a request or response body").slice(), type: null };
}

/** Fetch standard, 5.3: a body that is read once, whole. There are no streams. */
export class Body {
  #bytes: Uint8Array | null;
  #used = false;

  constructor(bytes: Uint8Array | null) {
    this.#bytes = bytes;
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  async bytes(): Promise<Uint8Array> {
    return this.#take();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#take().slice().buffer as ArrayBuffer;
  }

  async text(): Promise<string> {
    const text = natives.decode(this.#take());
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** The bytes for a clone, or for sending. */
  static bytesOf(body: Body): Uint8Array | null {
    if (body.#used) throw new TypeError("the body has been read already");
    return body.#bytes;
  }

  #take(): Uint8Array {
    const bytes = Body.bytesOf(this) ?? new Uint8Array(0);
    this.#used = this.#bytes !== null;
    return bytes;
  }
}
