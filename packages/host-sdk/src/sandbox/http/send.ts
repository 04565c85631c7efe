/** One request on the wire. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal;
}

/** What came back; the body is decompressed. It is a part of fetch's `Response`. */
export type IncomingResponse = Pick<Response, "status" | "headers" | "body" | "type" | "redirected">;

/** Sends one request and follows no redirect. Rejects when there is no answer. */
export type Send = (url: URL, request: OutgoingRequest) => Promise<IncomingResponse>;

/** Whether requests may go to an IP address, given as text. */
export type AddressCheck = (address: string) => boolean;

/**
 * Makes a {@link Send} whose every connection has its address checked by `accepts` in its own look-up, so that no
 * second answer of a name server can slip in.
 */
export type CreateGuardedSend = (accepts: AddressCheck) => Send;

/** Sends with a fetch. */
export function sendWith(fetch: typeof globalThis.fetch): Send {
  const anonymous = anonymousInit();
  return (url, { method, headers, body, signal }) =>
    fetch(url, { ...anonymous, method, headers, signal, redirect: "manual", ...(body ? { body } : {}) });
}

/** A plugin's requests carry nothing of the page: no cookies, no referrer. Servers know no such settings, and some refuse them. */
function anonymousInit(): RequestInit {
  const known = typeof Request === "function" && "credentials" in Request.prototype;
  return known ? { credentials: "omit", referrerPolicy: "no-referrer" } : {};
}
