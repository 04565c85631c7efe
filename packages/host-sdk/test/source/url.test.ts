import { getEventListeners, once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { failure, load, MODULE, serve, serveFiles } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A server that remembers what it was asked, and answers with a module. */
async function recordingServer(): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const origin = await serve(({ method, headers }, response) => {
    seen.push({ method, headers });
    response.end(MODULE);
  });
  return { origin, seen };
}

function redirectingServer(location: string, status = 302): Promise<string> {
  return serve((_request, response) => response.writeHead(status, { location }).end());
}

/** The origin of a server that has just gone. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

/** A body that begins and never ends. */
function endlessBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(MODULE) });
}

describe("a URL", () => {
  test("is fetched with the method and headers of the manifest", async () => {
    const { origin, seen } = await recordingServer();
    await load({ wasm: [{ url: `${origin}/x`, method: "POST", headers: { "x-token": "t" } }] });
    expect(seen).toMatchObject([{ method: "POST", headers: { "x-token": "t" } }]);
  });

  test.each([
    ["user:pass", "user:pass"],
    ["us%20er:p%C3%A4ss", "us er:päss"],
    ["user:100%", "user:100%"],
    ["token", "token:"],
  ])("may hold credentials, such as %s, which are sent as basic authentication", async (given, sent) => {
    const { origin, seen } = await recordingServer();
    await load(origin.replace("//", `//${given}@`));
    expect(seen).toMatchObject([
      { headers: { authorization: `Basic ${Buffer.from(sent).toString("base64")}` } },
    ]);
  });

  test("may hold credentials without displacing an authorization header", async () => {
    const { origin, seen } = await recordingServer();
    const url = origin.replace("//", "//user:pass@");
    await load({ wasm: [{ url, headers: { Authorization: "Bearer t" } }] });
    expect(seen).toMatchObject([{ headers: { authorization: "Bearer t" } }]);
  });

  test("resolves what a manifest names relative to the manifest's URL", async () => {
    const origin = await serveFiles({
      "/a/manifest.json?v=1": JSON.stringify({ wasm: [{ url: "../b/plugin.wasm" }] }),
      "/b/plugin.wasm": MODULE,
    });
    const [module] = (await load(`${origin}/a/manifest.json?v=1`)).modules;
    expect(module).toMatchObject({ bytes: MODULE, origin: `${origin}/b/plugin.wasm` });
  });
});

describe("SOURCE_UNREACHABLE is the answer to", () => {
  test.each([404, 500, 304, 301])("status %i, whose page no compiler sees", async (status) => {
    const origin = await serve((_request, response) =>
      response.writeHead(status).end(status === 304 ? "" : MODULE),
    );
    const { message } = await failure(load(`${origin}/plugin.wasm`), "SOURCE_UNREACHABLE");
    expect(message).toContain(`${origin}/plugin.wasm answered with status ${status}`);
  });

  test("a server that is not there", async () => {
    const error = await failure(load(await closedPort()), "SOURCE_UNREACHABLE");
    expect(error.message).toMatch(/cannot be fetched: .*ECONNREFUSED/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("a connection that breaks off in the body", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write(MODULE, () => response.destroy());
    });
    expect((await failure(load(origin), "SOURCE_UNREACHABLE")).message).toContain("broke off");
  });

  test("a server that never answers", async () => {
    const origin = await serve(() => undefined);
    const { message } = await failure(load(origin, { fetchTimeoutMs: 20 }), "SOURCE_UNREACHABLE");
    expect(message).toContain("was not there in full after 20 ms");
  });

  test("a body that never ends", async () => {
    const origin = await serve((_request, response) => void response.write(MODULE));
    await failure(load(origin, { fetchTimeoutMs: 100 }), "SOURCE_UNREACHABLE");
  });

  test("a fetch, or a body, that ignores its signal", async () => {
    const never = () => new Promise<Response>(() => undefined);
    await failure(load("https://example.com", { fetch: never, fetchTimeoutMs: 5 }), "SOURCE_UNREACHABLE");
    const endless = async () => new Response(endlessBody());
    await failure(load("https://example.com", { fetch: endless, fetchTimeoutMs: 5 }), "SOURCE_UNREACHABLE");
  });
});

describe("a message never shows", () => {
  test.each([
    ["credentials", "http://user:secret@127.0.0.1:1/x"],
    ["a query", "http://127.0.0.1:1/x?token=secret"],
    ["a fragment", "http://127.0.0.1:1/x#secret"],
  ])("%s of a URL", async (_what, url) => {
    const error = await failure(load({ wasm: [{ url }] }), "SOURCE_UNREACHABLE");
    expect(error.message).toContain("http://127.0.0.1:1/x");
    expect(error.message).not.toContain("secret");
  });

  test("the query of a redirect's target", async () => {
    const target = await serveFiles({});
    const origin = await redirectingServer(`${target}/x?signature=secret`);
    const { message } = await failure(load(origin), "SOURCE_UNREACHABLE");
    expect(message).toContain(`${target}/x?… answered with status 404`);
  });
});

describe("the size limit", () => {
  test("ends a body without a length as soon as it is over", async () => {
    let closed = false;
    const origin = await serve((_request, response) => {
      response.on("close", () => {
        closed = true;
      });
      const write = () => {
        while (response.write(Buffer.alloc(1000)));
      };
      response.on("drain", write);
      write();
    });
    await failure(load(origin), "MODULE_TOO_LARGE");
    await vi.waitUntil(() => closed);
  });

  test("counts what a compressed body unpacks to", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(100_000)));
    });
    await failure(load(origin), "MODULE_TOO_LARGE");
  });

  test("lets through what just fits, in however many pieces", async () => {
    const bytes = new Uint8Array(200_000).fill(1);
    bytes.set(MODULE);
    const body = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 999) controller.enqueue(bytes.slice(at, at + 999));
          controller.close();
        },
      });
    const { modules } = await load(new Response(body()), { maxModuleBytes: bytes.length });
    expect(modules[0]?.bytes).toEqual(bytes);
    await failure(load(new Response(body()), { maxModuleBytes: bytes.length - 1 }), "MODULE_TOO_LARGE");
  });
});

describe("a redirect", () => {
  test("is followed, and relative URLs resolve against where it leads", async () => {
    const target = await serveFiles({
      "/v1/manifest.json": JSON.stringify({ wasm: [{ url: "plugin.wasm" }] }),
      "/v1/plugin.wasm": MODULE,
    });
    const origin = await redirectingServer(`${target}/v1/manifest.json`);
    const [module] = (await load(origin)).modules;
    expect(module).toMatchObject({ bytes: MODULE, origin: `${target}/v1/plugin.wasm` });
  });

  test("to another origin drops the headers", async () => {
    const { origin: target, seen } = await recordingServer();
    const origin = await redirectingServer(`${target}/x`);
    await load({ wasm: [{ url: origin, headers: { "x-token": "secret", authorization: "secret" } }] });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers).not.toHaveProperty("x-token");
    expect(seen[0]?.headers).not.toHaveProperty("authorization");
  });

  test("within an origin keeps the headers", async () => {
    const tokens: unknown[] = [];
    const origin = await serve((request, response) => {
      tokens.push(request.headers["x-token"]);
      if (request.url === "/x") response.end(MODULE);
      else response.writeHead(307, { location: "/x" }).end();
    });
    await load({ wasm: [{ url: origin, headers: { "x-token": "t" } }] });
    expect(tokens).toEqual(["t", "t"]);
  });

  test.each([
    [302, "POST", "GET"],
    [303, "PUT", "GET"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [302, "PUT", "PUT"],
  ])("with status %i makes of %s a %s", async (status, method, expected) => {
    const { origin: target, seen } = await recordingServer();
    await load({ wasm: [{ url: await redirectingServer(target, status), method }] });
    expect(seen).toMatchObject([{ method: expected }]);
  });

  test.each([[{}], [{ "x-token": "t" }]])("in a circle ends, with headers %j", async (headers) => {
    const origin = await redirectingServer("/again");
    await failure(load({ wasm: [{ url: origin, headers }] }), "SOURCE_UNREACHABLE");
  });

  test.each([
    ["to a file", "file:///etc/passwd", {}],
    ["to a file", "file:///etc/passwd", { a: "b" }],
    ["to what is no URL", "http://[", { a: "b" }],
  ])("%s is refused: %s, with headers %j", async (_what, location, headers) => {
    const origin = await redirectingServer(location);
    await failure(load({ wasm: [{ url: origin, headers }] }), "SOURCE_UNREACHABLE");
  });

  test("from https to http is refused, whoever followed it", async () => {
    const followed = async () =>
      Object.defineProperty(new Response(MODULE), "url", { value: "http://example.com/x" });
    const manual = async () =>
      new Response(null, { status: 302, headers: { location: "http://example.com/x" } });
    for (const fetch of [followed, manual]) {
      const { message } = await failure(load("https://example.com", { fetch }), "SOURCE_UNREACHABLE");
      expect(message).toContain("redirects from https to http://example.com/x");
    }
  });

  test("that a browser hides is refused", async () => {
    const fetch = async () => Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    await failure(load("https://example.com", { fetch }), "SOURCE_UNREACHABLE");
  });
});

describe("the caller's signal", () => {
  test("that fired before stops the load before it begins", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const signal = AbortSignal.abort(new Error("mine"));
    const error = await failure(load("https://example.com", { fetch, signal }), "ABORTED");
    expect(error.cause).toEqual(new Error("mine"));
    expect(fetch).not.toHaveBeenCalled();
    await failure(load("plugin.wasm", { signal }), "ABORTED");
  });

  test("stops a load that is under way", async () => {
    const controller = new AbortController();
    const origin = await serve(() => controller.abort());
    await failure(load(origin, { signal: controller.signal }), "ABORTED");
    await failure(load({ wasm: [{ url: origin }] }, { signal: controller.signal }), "ABORTED");
  });
});

describe("after a load", () => {
  const good = async () => new Response(MODULE);
  const bad = async () => new Response("", { status: 500 });

  test.each([
    ["that worked", good],
    ["that failed", bad],
  ])("%s, no timer keeps the process alive and no listener stays on the signal", async (_how, fetch) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { signal } = new AbortController();
    await load("https://example.com", { fetch, signal }).catch(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("that failed, the other modules are not fetched any further", async () => {
    const signals: AbortSignal[] = [];
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      signals.push(init?.signal as AbortSignal);
      return signals.length === 1 ? new Promise<Response>(() => undefined) : bad();
    };
    const wasm = [{ url: "https://example.com/a" }, { url: "https://example.com/b" }];
    await failure(load({ wasm }, { fetch }), "SOURCE_UNREACHABLE");
    expect(signals[0]?.aborted).toBe(true);
  });
});
