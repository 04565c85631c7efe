import { splitCredentials } from "../../source/credentials.ts";
import { isDowngrade, methodAfterRedirect } from "../../source/redirect.ts";
import { clip, denied, failed, labelOf } from "./errors.ts";
import type { HttpRequest } from "./http-client.ts";
import { outgoingHeaders, withoutBodyHeaders, withoutCredentials } from "./request-headers.ts";

/** A request on its way: the guest's own, or what redirects made of it. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** What messages call the URL. */
  readonly label: string;
}

/** Methods that are meant in capitals however they are written. Others are case-sensitive (RFC 9110, section 9.1). */
const COMMON_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Methods that ask a proxy for a tunnel, or a server to show headers (Fetch standard, forbidden methods). */
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];

/**
 * The absolute http(s) URL that a guest gave, as browsers read it: what a library reads as the host is the host.
 * @throws {PluginError} `HTTP_FAILED` for what is none
 */
export function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw failed(`${JSON.stringify(clip(text))} is not an absolute URL`);
  return new URL(text);
}

/**
 * The first hop of a guest's request. Credentials in its URL are sent as basic authentication.
 * @throws {PluginError} `HTTP_DENIED`, `HTTP_FAILED` for what cannot be sent
 */
export function firstHop(request: HttpRequest): Hop {
  const { url, authorization } = splitCredentials(parseUrl(request.url));
  const method = readMethod(request.method ?? "GET");
  const headers = outgoingHeaders(request.headers ?? {});
  if (authorization !== undefined && !headers.has("authorization"))
    headers.set("authorization", authorization);
  return { url, method, headers, body: readBody(method, request.body), label: labelOf(url) };
}

/**
 * What a redirect makes of a request (Fetch standard, HTTP-redirect fetch). Credentials go to no other origin, and
 * those in the new URL are the server's and not the guest's: they are dropped.
 * @throws {PluginError} `HTTP_DENIED` from https to http, `HTTP_FAILED` for what is not a URL
 */
export function redirectedHop(hop: Hop, status: number, location: string): Hop {
  if (!URL.canParse(location, hop.url.href)) throw failed(`${hop.label} redirects to what is not a URL`);
  const { url } = splitCredentials(new URL(location, hop.url));
  if (isDowngrade(hop.url, url)) throw denied(`${hop.label} redirects from https to ${labelOf(url)}`);
  const method = methodAfterRedirect(status, hop.method);
  const headers = url.origin === hop.url.origin ? hop.headers : withoutCredentials(hop.headers);
  const label = `${labelOf(url)} (a redirect from ${labelOf(hop.url)})`;
  if (method === hop.method) return { url, method, headers, body: hop.body, label };
  return { url, method, headers: withoutBodyHeaders(headers), body: undefined, label };
}

function readMethod(given: string): string {
  const upper = given.toUpperCase();
  if (FORBIDDEN_METHODS.includes(upper)) throw denied(`plugins may not use the method ${upper}`);
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(given))
    throw failed(`${JSON.stringify(clip(given))} is not an HTTP method`);
  return COMMON_METHODS.includes(upper) ? upper : given;
}

function readBody(
  method: string,
  body: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array<ArrayBuffer> | undefined {
  if (method !== "GET" && method !== "HEAD") return body;
  if (body && body.byteLength > 0) throw failed(`a ${method} request cannot have a body`);
  return undefined;
}
