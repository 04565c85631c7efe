import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { type ErrorCode, isPluginError, type PluginError } from "../../../src/errors.ts";
import { createGuardedSend } from "../../../src/runtime/node-http.ts";
import {
  createHttpClient,
  type HttpClient,
  type HttpClientSettings,
  type HttpRequest,
} from "../../../src/sandbox/http/index.ts";

/** A client of loopback, by its address and its name. */
export function client(changes: Partial<HttpClientSettings> = {}): HttpClient {
  return createHttpClient({
    allowedHosts: ["127.0.0.1", "localhost"],
    allowPrivateNetwork: false,
    maxResponseBytes: 1024 * 1024,
    exposeHeaders: false,
    ...changes,
  });
}

/** A client that reaches every name at 127.0.0.1 through guarded connections, whose address it takes for public. */
export function wildcardClient(changes: Partial<HttpClientSettings> = {}): HttpClient {
  const createSend = () => createGuardedSend(() => true, answering("127.0.0.1"));
  return client({ allowedHosts: ["*.test"], createGuardedSend: createSend, ...changes });
}

/** A look-up that answers every name with these addresses. */
export function answering(...addresses: readonly string[]): Parameters<typeof createGuardedSend>[1] {
  return (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
}

/** What a request ends with: the status and the body as text. */
export async function ask(http: HttpClient, request: HttpRequest | string, signal?: AbortSignal) {
  const response = await http.request(typeof request === "string" ? { url: request } : request, signal);
  return { status: response.status, text: new TextDecoder().decode(response.body) };
}

/** The error that a request fails with, which must have the code. */
export async function failure(work: () => unknown, code: ErrorCode): Promise<PluginError> {
  // An async function, so that what fails at once fails like the rest.
  const error = await (async () => work())().then(
    () => expect.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!isPluginError(error)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}

/** A server on loopback that is gone after the test. */
export async function startServer(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** The origin of a server on loopback that is gone after the test. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${(await startServer(listener)).port}`;
}

/** A request as a server saw it. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that remembers what it was asked, and answers `listener`'s way, or with "ok". */
export async function recordingServer(
  listener: RequestListener = (_request, response) => void response.end("ok"),
): Promise<{ origin: string; port: number; seen: Seen[] }> {
  const seen: Seen[] = [];
  const { port } = await startServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString("latin1") });
    listener(request, response);
  });
  return { origin: `http://127.0.0.1:${port}`, port, seen };
}

/** Settles when the first connection that a server gets from now on is closed, in whatever way. */
export function connectionClosed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.once("connection", (socket) => socket.once("close", () => resolve()));
  });
}

/** A promise and what settles it (`Promise.withResolvers`, which Node 20 does not have). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
