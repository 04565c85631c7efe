import { storeBlock, takeBytes, takeText } from "./block.ts";
import { type BytesLike, checkText } from "./bytes.ts";
import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

export interface HttpRequest {
  readonly url: string;
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, whatever its status: a 404 is not an error. */
export class HttpResponse {
  readonly status: number;
  /** Empty unless the host passes headers on. Names are lower-case; repeated values are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly #body: Uint8Array;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array) {
    this.status = status;
    this.headers = headers;
    this.#body = body;
  }

  bytes(): Uint8Array {
    return this.#body;
  }

  text(): string {
    return natives.decode(this.#body);
  }

  /** @throws SyntaxError when the body is not JSON. */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T;
  }
}

function takeHeaders(): Record<string, string> {
  const handle = natives.httpHeaders();
  const headers: Record<string, string> = Object.create(null);
  if (handle === 0) return headers;
  for (const [name, value] of Object.entries(JSON.parse(takeText(handle) || "{}") as object)) {
    headers[name.toLowerCase()] = String(value);
  }
  return headers;
}

/** HTTP through the host, to the hosts that its manifest allows. Not available at top level. */
export const Http = {
  /**
   * Sends a request and waits for the answer.
   * A host that is not allowed, or a failed connection, ends the call with the host's error.
   *
   * @throws TypeError when the request names no address.
   */
  request(request: HttpRequest | string, body?: string | BytesLike): HttpResponse {
    const { url, method = "GET", headers = {} } = typeof request === "string" ? { url: request } : request;
    checkText(url, "Http.request()'s url");
    const content = body === undefined ? 0 : storeBlock(body, "Http.request()'s body");
    const head = natives.storeText(wellFormed(JSON.stringify({ url, method, headers })));
    const answer = natives.httpRequest(head, content);
    const status = natives.httpStatus();
    return new HttpResponse(status, takeHeaders(), answer === 0 ? new Uint8Array() : takeBytes(answer));
  },
};
