import { PluginError } from "../errors.ts";
import { discard } from "./collect.ts";
import { splitCredentials } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import type { SourceEnvironment } from "./environment.ts";
import { describeUrl, type Loaded, reasonOf } from "./origin.ts";
import { isDowngrade, MAX_REDIRECTS, methodAfterRedirect, redirectLocation } from "./redirect.ts";
import { readBody } from "./response.ts";

/** What is asked for, at one hop. */
interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
}

/**
 * Fetches an http(s) URL: status, size and time are checked, the content is not. Credentials in the URL are sent
 * as basic authentication and appear in no message.
 * @throws {PluginError} `SOURCE_UNREACHABLE`, `MODULE_TOO_LARGE`, `ABORTED`
 */
export function loadUrl(
  url: URL,
  env: SourceEnvironment,
  { method = "GET", headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Loaded> {
  const request = withoutCredentials({ url, method, headers: new Headers(headers) });
  return withDeadline(env, describeUrl(url), async (signal) => {
    const { response, final } = await follow(request, env.fetch, signal);
    const label = describeUrl(final);
    const bytes = await readBody(response, label, env, signal);
    // RFC 3986, section 5.1.3: relative references resolve against the URL that the redirects led to.
    return { bytes, origin: { label, remote: true, url: final } };
  });
}

async function follow(first: Request, fetch: typeof globalThis.fetch, signal: AbortSignal) {
  let request = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await send(request, fetch, signal);
    if (response.type === "opaqueredirect")
      throw redirectRefused(request, "a browser does not show where to; name the final URL");
    const location = redirectLocation(response);
    if (location === null) return { response, final: finalUrl(request, response) };
    discard(response.body);
    request = redirected(request, response.status, location);
  }
  throw redirectRefused(first, `more than ${MAX_REDIRECTS} times`);
}

/**
 * A plain request leaves redirects to the platform. One with headers follows them here, because fetch would hand
 * all but `authorization` on to whichever origin the redirect names.
 */
async function send(
  request: Request,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Response> {
  const { url, method, headers } = request;
  const plain = method === "GET" && [...headers].length === 0;
  try {
    return await fetch(url, { method, headers, signal, redirect: plain ? "follow" : "manual" });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new PluginError("SOURCE_UNREACHABLE", `${describeUrl(url)} cannot be fetched: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** The request after a redirect, as the Fetch standard has it (HTTP-redirect fetch), except for the headers. */
function redirected(request: Request, status: number, location: string): Request {
  if (!URL.canParse(location, request.url)) throw redirectRefused(request, "to what is not a URL");
  const url = new URL(location, request.url);
  checkRedirect(request, url);
  const headers = url.origin === request.url.origin ? request.headers : new Headers();
  return withoutCredentials({ url, method: methodAfterRedirect(status, request.method), headers });
}

function finalUrl(request: Request, response: Response): URL {
  if (!URL.canParse(response.url)) return request.url;
  const final = new URL(response.url);
  checkRedirect(request, final);
  return final;
}

function checkRedirect(request: Request, target: URL): void {
  if (!["http:", "https:"].includes(target.protocol))
    throw redirectRefused(request, `to the scheme ${target.protocol}`);
  if (isDowngrade(request.url, target)) {
    throw redirectRefused(request, `from https to ${describeUrl(target)}`);
  }
}

function redirectRefused(request: Request, problem: string): PluginError {
  return new PluginError("SOURCE_UNREACHABLE", `${describeUrl(request.url)} redirects ${problem}`);
}

/** fetch refuses URLs with credentials; they go into the header that they stand for (RFC 7617). */
function withoutCredentials(request: Request): Request {
  const { url, authorization } = splitCredentials(request.url);
  if (authorization === undefined) return request;
  const headers = new Headers(request.headers);
  if (!headers.has("authorization")) headers.set("authorization", authorization);
  return { ...request, url, headers };
}
