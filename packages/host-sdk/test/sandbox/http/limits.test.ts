import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { PluginError } from "../../../src/errors.ts";
import {
  ask,
  client,
  connectionClosed,
  deferred,
  failure,
  recordingServer,
  serve,
  startServer,
  wildcardClient,
} from "./support.ts";

const LIMIT = 100_000;

const CODINGS = {
  identity: (bytes: Uint8Array) => bytes,
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  deflate: (bytes: Uint8Array) => deflateSync(bytes),
  br: (bytes: Uint8Array) => brotliCompressSync(bytes),
  "gzip, br": (bytes: Uint8Array) => brotliCompressSync(gzipSync(bytes)),
} as const;

function servingEncoded(coding: keyof typeof CODINGS, length: number) {
  const body = CODINGS[coding](Buffer.alloc(length, "x"));
  return recordingServer(
    (_request, response) => void response.setHeader("content-encoding", coding).end(body),
  );
}

/** A server that sends for as long as somebody reads, and tells when nobody does any more. */
async function endlessServer(): Promise<{ port: number; closed: Promise<unknown>; sent: () => number }> {
  const chunk = Buffer.alloc(64 * 1024);
  let sent = 0;
  const { server, port } = await startServer((_request, response) => {
    const send = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on("drain", send);
    send();
  });
  const closed = connectionClosed(server);
  return { port, closed, sent: () => sent };
}

describe.each([
  { way: "fetch", make: client, host: "127.0.0.1" },
  { way: "guarded connections", make: wildcardClient, host: "plugin.test" },
])("a response over $way", ({ make, host }) => {
  const limited = () => make({ maxResponseBytes: LIMIT });

  test.each(Object.keys(CODINGS) as (keyof typeof CODINGS)[])(
    "may be exactly as large as the limit (%s)",
    async (coding) => {
      const { port } = await servingEncoded(coding, LIMIT);
      const { body } = await limited().request({ url: `http://${host}:${port}/` });
      expect(body.byteLength).toBe(LIMIT);
      expect(body.every((byte) => byte === 120)).toBe(true);
    },
  );

  test.each(Object.keys(CODINGS) as (keyof typeof CODINGS)[])(
    "may not be one byte larger (%s)",
    async (coding) => {
      const { port } = await servingEncoded(coding, LIMIT + 1);
      const { message } = await failure(
        () => limited().request({ url: `http://${host}:${port}/` }),
        "HTTP_TOO_LARGE",
      );
      expect(message).toContain(`${LIMIT} bytes (memory.maxHttpResponseBytes)`);
    },
  );

  test("that decompresses to a thousand times its size is stopped, and its connection closed", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * LIMIT));
    const { server, port } = await startServer((_request, response) => {
      response.setHeader("content-encoding", "gzip").write(bomb); // and never ends
    });
    const closed = connectionClosed(server);
    await failure(() => limited().request({ url: `http://${host}:${port}/` }), "HTTP_TOO_LARGE");
    await closed;
  });

  test("without an end is stopped at the limit, and its connection closed", async () => {
    const { port, closed, sent } = await endlessServer();
    await failure(() => limited().request({ url: `http://${host}:${port}/` }), "HTTP_TOO_LARGE");
    await closed;
    expect(sent()).toBeLessThan(200 * LIMIT);
  });

  test("that claims to be small is measured all the same", async () => {
    const { port } = await startServer((request) => {
      const body = "x".repeat(LIMIT + 1);
      request.socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nx-length: 3\r\n\r\n${body}`);
    });
    await failure(() => limited().request({ url: `http://${host}:${port}/` }), "HTTP_TOO_LARGE");
  });

  test("that breaks off fails", async () => {
    const { port } = await startServer((request) => {
      request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfour");
    });
    const { message } = await failure(
      () => make().request({ url: `http://${host}:${port}/` }),
      "HTTP_FAILED",
    );
    expect(message).toContain("broke off");
  });

  test("that is not what its coding says fails", async () => {
    const { port } = await recordingServer((_request, response) => {
      response.setHeader("content-encoding", "gzip").end("no gzip at all");
    });
    await failure(() => make().request({ url: `http://${host}:${port}/` }), "HTTP_FAILED");
  });

  test("of a redirect is not read, however long it is, and its connection is closed", async () => {
    const { server, port } = await startServer(({ url }, response) => {
      if (url !== "/from") return void response.end("ok");
      response.writeHead(302, { location: "/to" }).write(Buffer.alloc(2 * LIMIT)); // and never ends
    });
    const closed = connectionClosed(server);
    const { status } = await limited().request({ url: `http://${host}:${port}/from` });
    expect(status).toBe(200);
    await closed;
  });

  test.each([
    ["the headers", (response: ServerResponse) => response.socket?.write("HTTP/1.1 200 OK\r\nx-")],
    ["the body", (response: ServerResponse) => response.write("x")],
    ["anything", () => undefined],
  ])(
    "that stops before %s is over ends with the signal, and its connection is closed",
    async (_when, answer) => {
      const arrived = deferred<undefined>();
      const { server, port } = await startServer((_request, response) => {
        answer(response);
        arrived.resolve(undefined);
      });
      const closed = connectionClosed(server);
      const controller = new AbortController();
      const reason = new Error("enough");
      const failing = failure(
        () => make().request({ url: `http://${host}:${port}/` }, controller.signal),
        "ABORTED",
      );
      await arrived.promise;
      controller.abort(reason);
      expect((await failing).cause).toBe(reason);
      await closed;
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    },
  );
});

describe("a signal", () => {
  test("that has fired keeps the request from being sent", async () => {
    const { origin, seen } = await recordingServer();
    await failure(() => client().request({ url: origin }, AbortSignal.abort()), "ABORTED");
    expect(seen).toEqual([]);
  });

  test("that fires with a plugin's error ends the request with that error", async () => {
    const timeout = new PluginError("TIMEOUT", "it took too long");
    expect(
      await failure(
        () => client().request({ url: "http://127.0.0.1/" }, AbortSignal.abort(timeout)),
        "TIMEOUT",
      ),
    ).toBe(timeout);
  });

  test("ends a request whose fetch ignores it, and stops its redirects", async () => {
    const { promise, resolve } = deferred<Response>();
    const fetch = vi.fn(() => promise);
    const controller = new AbortController();
    const failing = failure(
      () => client({ fetch }).request({ url: "http://127.0.0.1/" }, controller.signal),
      "ABORTED",
    );
    controller.abort();
    await failing;
    const cancel = vi.fn();
    resolve(new Response(new ReadableStream({ cancel }), { status: 302, headers: { location: "/" } }));
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
    expect(fetch).toHaveBeenCalledOnce();
  });

  test.each([
    ["while it is read", 0],
    ["before it is read", 1],
  ])("ends the body of a fetch that ignores it, %s", async (_when, highWaterMark) => {
    const begun = deferred<void>();
    const cancelled = deferred<void>();
    const source = { pull: () => begun.resolve(), cancel: () => cancelled.resolve() };
    const body = new ReadableStream(source, { highWaterMark });
    const fetch = async () => new Response(body);
    const controller = new AbortController();
    const failing = failure(
      () => client({ fetch }).request({ url: "http://127.0.0.1/" }, controller.signal),
      "ABORTED",
    );
    await begun.promise;
    controller.abort();
    await failing;
    await cancelled.promise;
  });

  test("that outlives many requests collects no listeners", async () => {
    const url = await serve((_request, response) => void response.end("ok"));
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await client().request({ url }, signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

test("a failure ends the fetch that it came from", async () => {
  const signals: AbortSignal[] = [];
  const fetch = async (_url: unknown, init: RequestInit = {}) => {
    signals.push(init.signal as AbortSignal);
    return new Response("xx");
  };
  const http = client({ fetch: fetch as typeof globalThis.fetch, maxResponseBytes: 1 });
  await failure(() => http.request({ url: "http://127.0.0.1/" }), "HTTP_TOO_LARGE");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("a response in more codings than anybody needs fails over guarded connections", async () => {
  const encode = (times: number) => {
    let body: Buffer = Buffer.from("ok");
    for (let i = 0; i < times; i++) body = gzipSync(body);
    return body;
  };
  const { port } = await recordingServer(({ url }, response) => {
    const times = Number(url?.slice(1));
    response.setHeader("content-encoding", new Array(times).fill("gzip").join(", ")).end(encode(times));
  });
  expect(await ask(wildcardClient(), `http://plugin.test:${port}/4`)).toEqual({ status: 200, text: "ok" });
  await failure(() => wildcardClient().request({ url: `http://plugin.test:${port}/5` }), "HTTP_FAILED");
});
