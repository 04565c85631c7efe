import { Headers } from "headers-polyfill";
import type { HttpResponse } from "../http.ts";
import { Body, type BodyInit, extractBody } from "./body.ts";

export interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
}

const NULL_BODY_STATUS = [101, 103, 204, 205, 304];
const REDIRECT_STATUS = [301, 302, 303, 307, 308];

/** Fetch standard, 5.5. */
export class Response extends Body {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly type: string = "default";
  readonly redirected = false;
  #url = "";

  constructor(body?: BodyInit, { status = 200, statusText = "", headers }: ResponseInit = {}) {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw new RangeError(`${status} is not a status`);
    const { bytes, type } = extractBody(body);
    if (bytes !== null && NULL_BODY_STATUS.includes(status))
      throw new TypeError(`a ${status} response has no body`);
    super(bytes);
    this.status = status;
    this.statusText = String(statusText);
    this.headers = new Headers(headers);
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** The URL that was asked for; the host does not tell where redirects led. */
  get url(): string {
    return this.#url;
  }

  clone(): Response {
    const copy = new Response(Body.bytesOf(this), this);
    copy.#url = this.#url;
    return copy;
  }

  static json(data: unknown, init: ResponseInit = {}): Response {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError("Response.json() cannot write this value as JSON");
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(text, { ...init, headers });
  }

  static redirect(url: string | URL, status = 302): Response {
    if (!REDIRECT_STATUS.includes(status)) throw new RangeError(`${status} is not a redirect`);
    return new Response(null, { status, headers: { location: new URL(String(url)).href } });
  }

  static fromHost(
    { status, headers, bytes }: { status: number; headers: Headers; bytes: Uint8Array },
    url: string,
  ): Response {
    const empty = bytes.length === 0 || NULL_BODY_STATUS.includes(status);
    const response = new Response(empty ? null : bytes, { status, headers });
    response.#url = url;
    return response;
  }
}

export function responseFromHost(answer: HttpResponse, url: string): Response {
  return Response.fromHost(
    { status: answer.status, headers: new Headers({ ...answer.headers }), bytes: answer.bytes() },
    url,
  );
}
