import { clip, failed } from "./errors.ts";

/**
 * Headers that belong to the connection and not to the request: the transport sets them. A guest's are left out,
 * as fetch does with its forbidden request-headers: with `Host` it could reach other sites of the same address, and
 * with the framing headers put a second request into its body.
 */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** What identifies the sender to one origin, and is nobody else's business. */
const CREDENTIALS = ["authorization", "cookie", "cookie2"];

/** What describes a body, and goes with it. */
const OF_THE_BODY = ["content-encoding", "content-language", "content-location", "content-type"];

/**
 * The headers that are sent for those that a guest gave.
 * @throws {PluginError} `HTTP_FAILED` for names and values that no header can have, such as those with line breaks
 */
export function outgoingHeaders(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (OF_THE_CONNECTION.has(name.toLowerCase())) continue;
    try {
      headers.append(name, value);
    } catch (cause) {
      throw failed(
        `the request header ${JSON.stringify(clip(name))} has a name or value that HTTP does not allow`,
        cause,
      );
    }
  }
  return headers;
}

/** The headers for another origin, which a redirect names. */
export function withoutCredentials(headers: Headers): Headers {
  return without(headers, CREDENTIALS);
}

/** The headers of a request that a redirect turned into one without a body. */
export function withoutBodyHeaders(headers: Headers): Headers {
  return without(headers, OF_THE_BODY);
}

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = new Headers(headers);
  for (const name of names) rest.delete(name);
  return rest;
}
