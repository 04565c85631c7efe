import { blockOfBytes, blockOfText, takeBytes, takeText } from "./blocks";
import { sizeOf } from "./buffer";
import * as env from "./env";
import { parseStringMap, quote } from "./json";

/** An HTTP request. The host sends it only if the manifest allows the URL's host; otherwise the call fails. */
export class HttpRequest {
  /** The method, `GET` unless it is set. */
  method: string = "GET";
  private headers: Map<string, string> = new Map();

  constructor(readonly url: string) {}

  /** Sets the method. */
  withMethod(method: string): HttpRequest {
    this.method = method;
    return this;
  }

  /** Sets a header; setting the same name again replaces it. */
  withHeader(name: string, value: string): HttpRequest {
    this.headers.set(name, value);
    return this;
  }

  /** Sends the request without a body, and waits for the response. A status of 400 or more is not a failure. */
  send(): HttpResponse {
    return this.exchange(0);
  }

  /** Sends the request with a body of bytes: `Uint8Array`, `StaticArray<u8>` or `ArrayBuffer`. */
  sendBytes<T>(body: T): HttpResponse {
    return this.exchange(sizeOf(body) == 0 ? 0 : blockOfBytes(body));
  }

  /** Sends the request with a body of UTF-8 text. */
  sendText(body: string): HttpResponse {
    return this.exchange(body.length == 0 ? 0 : blockOfText(body));
  }

  /** The request as the host reads it. */
  toJSON(): string {
    const names = this.headers.keys();
    let headers = "";
    for (let index = 0; index < names.length; index++) {
      if (index > 0) headers += ",";
      headers += quote(names[index]) + ":" + quote(this.headers.get(names[index]));
    }
    return '{"url":' + quote(this.url) + ',"method":' + quote(this.method) + ',"headers":{' + headers + "}}";
  }

  private exchange(body: u64): HttpResponse {
    const content = takeBytes(env.http_request(blockOfText(this.toJSON()), body));
    return new HttpResponse(env.http_status_code(), content === null ? new Uint8Array(0) : content);
  }
}

/** The number of responses so far: the host remembers the headers of the last one only. */
let responses: u32 = 0;

/** What a server answered. */
export class HttpResponse {
  private ordinal: u32 = ++responses;
  private parsed: Map<string, string> | null = null;

  /** @param status the status code. @param body the decoded body. */
  constructor(readonly status: i32, readonly body: Uint8Array) {}

  /** Whether the status is one of 200 to 299. */
  get ok(): bool {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as UTF-8 text. */
  text(): string {
    return String.UTF8.decodeUnsafe(this.body.dataStart, this.body.byteLength);
  }

  /**
   * The headers, names in lower case; repeated ones joined by ", ". Empty unless the host passes headers on.
   * @throws Error if another request was sent before the first look at this response's headers.
   */
  headers(): Map<string, string> {
    let headers = this.parsed;
    if (headers === null) {
      if (this.ordinal != responses) throw new Error("read a response's headers before you send the next request");
      headers = lowerCased(takeText(env.http_headers()));
      this.parsed = headers;
    }
    return headers;
  }

  /** One header's value, in any case of the name; `null` if it is not there. */
  header(name: string): string | null {
    const headers = this.headers();
    const key = name.toLowerCase();
    return headers.has(key) ? headers.get(key) : null;
  }
}

function lowerCased(json: string | null): Map<string, string> {
  const headers = new Map<string, string>();
  if (json === null || json.length == 0) return headers;
  const entries = parseStringMap(json);
  const names = entries.keys();
  for (let index = 0; index < names.length; index++) {
    headers.set(names[index].toLowerCase(), entries.get(names[index]));
  }
  return headers;
}

/** Requests in one line. */
export class Http {
  /** Sends `GET url`. */
  static get(url: string): HttpResponse {
    return new HttpRequest(url).send();
  }

  /** Sends `POST url` with a body of bytes. */
  static post<T>(url: string, body: T): HttpResponse {
    return new HttpRequest(url).withMethod("POST").sendBytes(body);
  }
}
