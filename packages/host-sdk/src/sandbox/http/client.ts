import { isPluginError } from "../../errors.ts";
import { collect, discard } from "../../source/collect.ts";
import { reasonOf } from "../../source/origin.ts";
import { MAX_REDIRECTS, redirectLocation } from "../../source/redirect.ts";
import { abortable } from "./abortable.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import { denied, failed, tooLarge } from "./errors.ts";
import { firstHop, type Hop, parseUrl, redirectedHop } from "./hop.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.ts";
import { NO_HTTP } from "./no-http.ts";
import { isPublicAddress } from "./public-address.ts";
import { type Routes, routeTo } from "./route.ts";
import { type CreateGuardedSend, type IncomingResponse, sendWith } from "./send.ts";

/** What a client is made of. */
export interface HttpClientSettings {
  /** Host names, or globs over them; see {@link parseHostPattern}. Nothing listed means nothing allowed. */
  readonly allowedHosts: readonly string[];
  /** The application's own fetch, for all requests. Default: the platform's, with guarded connections where it has them. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The platform's guarded connections; absent where it shows no addresses. */
  readonly createGuardedSend?: CreateGuardedSend | undefined;
  /** Whether hosts that only a wildcard covers may be at loopback, link-local and private addresses. */
  readonly allowPrivateNetwork: boolean;
  /** Largest body after decompression, in bytes. */
  readonly maxResponseBytes: number;
  /** Whether plugins see the headers of responses. */
  readonly exposeHeaders: boolean;
}

/**
 * Makes the client of one plugin.
 * @throws {PluginError} `MANIFEST_INVALID` for an allowed host that is none
 * @throws {TypeError} for hosts that are no array of strings
 */
export function createHttpClient(settings: HttpClientSettings): HttpClient {
  const { fetch, createGuardedSend, allowPrivateNetwork } = settings;
  const allowedHosts = new AllowedHosts(settings.allowedHosts);
  if (allowedHosts.isEmpty) return NO_HTTP;
  const routes: Routes = {
    allowedHosts,
    plain: sendWith(fetch ?? globalThis.fetch),
    // Where the application's own fetch connects to, nobody can see.
    guarded: fetch ? undefined : createGuardedSend?.(isPublicAddress),
    allowPrivateNetwork,
  };
  return {
    waits: true,
    check: (url) => void routeTo(parseUrl(url), routes),
    request: (request, signal) =>
      abortable(signal, (own) => perform(request, { ...settings, routes, signal: own })),
  };
}

interface Exchange extends Pick<HttpClientSettings, "maxResponseBytes" | "exposeHeaders"> {
  readonly routes: Routes;
  readonly signal: AbortSignal;
}

async function perform(request: HttpRequest, exchange: Exchange): Promise<HttpResponse> {
  const { label, response } = await follow(firstHop(request), exchange);
  const body = await readBody(label, response, exchange);
  const { status } = response;
  return exchange.exposeHeaders
    ? { status, headers: joinedHeaders(response.headers), body }
    : { status, body };
}

/** Sends a request, and where redirects lead sends it again; each hop must be allowed like the first. */
async function follow(
  first: Hop,
  exchange: Exchange,
): Promise<{ label: string; response: IncomingResponse }> {
  let hop = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(hop, exchange);
    const location = redirectLocation(response);
    if (location === null) return { label: hop.label, response };
    discard(response.body);
    hop = redirectedHop(hop, response.status, location);
  }
  throw failed(`${first.label} redirects more than ${MAX_REDIRECTS} times`);
}

async function send(hop: Hop, { routes, signal }: Exchange): Promise<IncomingResponse> {
  const { url, method, headers, body, label } = hop;
  const sendHop = routeTo(url, routes, label);
  try {
    const response = await sendHop(url, { method, headers, body, signal });
    if (signal.aborted) discard(response.body); // the fetch ignored its signal
    signal.throwIfAborted();
    checkFinal(label, response);
    return response;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (isPluginError(error)) throw error;
    throw failed(`the request to ${label} failed: ${reasonOf(error)}`, error);
  }
}

/** Redirects are followed here or not at all, since each hop has to be checked. */
function checkFinal(label: string, { type, redirected, status, body }: IncomingResponse): void {
  if (type === "opaqueredirect") {
    throw denied(`${label} redirects, and browsers do not show where to: ask for the final URL`);
  }
  if (redirected) {
    discard(body);
    throw denied(`${label} redirects, and the application's fetch followed in spite of redirect: "manual"`);
  }
  if (status < 200) throw failed(`${label} answered with status ${status}, which is no final answer`);
}

async function readBody(
  label: string,
  { body }: IncomingResponse,
  { maxResponseBytes, signal }: Exchange,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array(0);
  return collect(body, {
    maxBytes: maxResponseBytes,
    signal,
    tooLarge: () => tooLarge(label, maxResponseBytes),
    broken: (problem, cause) => failed(`the response of ${label} ${problem}`, cause),
  });
}

/** Fetch joins repeated headers, except for `set-cookie`. */
function joinedHeaders(headers: Headers): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}
