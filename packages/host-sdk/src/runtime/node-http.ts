import { lookup as lookUp } from "node:dns";
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { PluginError } from "../errors.ts";
import type { AddressCheck, IncomingResponse, OutgoingRequest, Send } from "../sandbox/http/send.ts";

/** Longest silence of a server, in milliseconds; as long as Node's fetch waits. */
const SILENCE_MS = 300_000;

/** Most codings of one response. Each multiplies what a byte of it can cost. */
const MAX_CODINGS = 4;

/** What requests say when the guest does not, as fetch has it. Some servers refuse requests without a user agent. */
const DEFAULT_HEADERS = { accept: "*/*", "user-agent": "mortise" };

const NULL_BODY_STATUS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Looks all addresses of a name up; `dns.lookup` is one. */
type LookUpAll = (
  hostname: string,
  options: { readonly all: true },
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { address: string; family: number }[],
  ) => void,
) => void;

/**
 * Sends over connections of its own, each of whose addresses `accepts` approves of. A name one of whose addresses
 * is refused is refused altogether. Every request has a new connection, so that none keeps the process alive.
 */
export function createGuardedSend(accepts: AddressCheck, lookUpAll: LookUpAll = lookUp): Send {
  return (url, outgoing) =>
    new Promise((resolve, reject) => {
      const host = bareHost(url);
      if (isIP(host) && !accepts(host)) throw refused(host, host);
      let refusal: PluginError | undefined;
      const lookup = guardLookup(accepts, lookUpAll, (error) => {
        refusal = error;
      });
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)({
        protocol: url.protocol,
        hostname: host,
        port: url.port,
        path: url.pathname + url.search,
        method: outgoing.method,
        headers: headersOf(url, outgoing),
        signal: outgoing.signal,
        timeout: SILENCE_MS,
        agent: false,
        lookup,
      });
      request.on("timeout", () =>
        request.destroy(new Error(`the server was silent for ${SILENCE_MS / 1000} seconds`)),
      );
      // Not every runtime passes a look-up's own error on.
      request.on("error", (error) => reject(refusal ?? error));
      request.on("close", () => reject(new Error("the connection ended before an answer")));
      request.on("response", (response) => {
        try {
          resolve(toResponse(response, outgoing.method));
        } catch (error) {
          response.destroy();
          reject(error);
        }
      });
      request.end(outgoing.body);
    });
}

function guardLookup(
  accepts: AddressCheck,
  lookUpAll: LookUpAll,
  onRefusal: (error: PluginError) => void,
): LookupFunction {
  return (hostname, options, callback) => {
    lookUpAll(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), []);
      const bad = addresses.find(({ address }) => !accepts(address));
      if (bad) {
        const refusal = refused(hostname, bad.address);
        onRefusal(refusal);
        callback(refusal, []);
      } else if (options.all) {
        callback(null, [...addresses]);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function refused(host: string, address: string): PluginError {
  return new PluginError(
    "HTTP_DENIED",
    `${host} is at ${address}, which is not a public address, and only a wildcard allows it: list the host by name, or set allowPrivateNetwork`,
  );
}

/** `URL` writes IPv6 addresses in brackets, sockets take them without. */
function bareHost(url: URL): string {
  return url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
}

function headersOf(url: URL, { headers, body }: OutgoingRequest): OutgoingHttpHeaders {
  return {
    ...DEFAULT_HEADERS,
    ...Object.fromEntries(headers),
    host: url.host,
    "accept-encoding": "gzip, deflate, br",
    // Node does not frame the body of every method by itself.
    ...(body ? { "content-length": body.byteLength } : {}),
  };
}

function toResponse(response: IncomingMessage, method: string): IncomingResponse {
  const status = response.statusCode ?? 0;
  const headers = new Headers();
  const { rawHeaders } = response;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  // Nothing at all is no gzip stream, whatever its coding is said to be.
  const empty = method === "HEAD" || NULL_BODY_STATUS.has(status) || headers.get("content-length") === "0";
  if (empty) response.resume();
  return {
    status,
    headers,
    type: "default",
    redirected: false,
    body: empty ? null : toStream(decoded(response, headers)),
  };
}

/** Takes the codings off that fetch knows as well (RFC 9110, section 8.4.1); an unknown one leaves the body as it is. */
function decoded(response: IncomingMessage, headers: Headers): Readable {
  response.on("error", () => undefined); // whoever reads learns of it
  const codings = (headers.get("content-encoding") ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (codings.length > MAX_CODINGS) throw new Error(`the response has ${codings.length} content codings`);
  const decoders = codings
    .filter((name) => name !== "" && name !== "identity")
    .map((name) => DECODERS.get(name));
  if (decoders.includes(undefined)) return response;
  return decoders.reduceRight<Readable>(
    (stream, create) => pipeline(stream, create!(), () => undefined),
    response,
  );
}

const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream & Readable> = new Map([
  ["gzip", createUnzip],
  ["x-gzip", createUnzip],
  ["deflate", createUnzip],
  ["br", createBrotliDecompress],
]);

/** Reads only when asked: what a server sends, or a coding expands to, waits until there is need of it. */
function toStream(body: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<Uint8Array<ArrayBuffer>> = body[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  );
}
