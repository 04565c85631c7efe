import { Headers } from "headers-polyfill";
import { Body, type BodyInit, extractBody } from "./body.ts";

export interface RequestInit {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: BodyInit;
  readonly signal?: AbortSignal | null;
}

/** Methods that are upper-cased, and those that are refused (Fetch standard, 2.2.1). */
const NORMALISED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
const FORBIDDEN = ["CONNECT", "TRACE", "TRACK"];

/** Fetch standard, 5.3. There is no base URL: relative ones are a TypeError. */
export class Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | null;

  constructor(input: string | URL | Request, init: RequestInit = {}) {
    const from = input instanceof Request ? input : undefined;
    const method = normaliseMethod(init.method ?? from?.method ?? "GET");
    const { bytes, type } =
      init.body === undefined && from !== undefined
        ? { bytes: Body.bytesOf(from), type: null }
        : extractBody(init.body);
    if (bytes !== null && (method === "GET" || method === "HEAD"))
      throw new TypeError(`a ${method} request has no body`);
    super(bytes);
    this.url = from?.url ?? new URL(String(input)).href;
    this.method = method;
    this.headers = new Headers(init.headers ?? from?.headers);
    this.signal = init.signal === undefined ? (from?.signal ?? null) : init.signal;
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  clone(): Request {
    return new Request(this);
  }
}

function normaliseMethod(method: string): string {
  const upper = String(method).toUpperCase();
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) throw new TypeError(`"${method}" is not an HTTP method`);
  if (FORBIDDEN.includes(upper)) throw new TypeError(`fetch does not send ${upper} requests`);
  return NORMALISED.includes(upper) ? upper : method;
}
