import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ask, client, failure, recordingServer, serve, wildcardClient } from "./support.ts";

/** Both ways to send: the platform's fetch, and guarded connections. */
const WAYS = [
  { way: "fetch", make: client, host: "127.0.0.1" },
  { way: "guarded connections", make: wildcardClient, host: "plugin.test" },
] as const;

describe.each(WAYS)("a request over $way", ({ make, host }) => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])(
    "keeps the method %s",
    async (method) => {
      const { port, seen } = await recordingServer();
      expect(await ask(make(), { url: `http://${host}:${port}/`, method })).toEqual({
        status: 200,
        text: "ok",
      });
      expect(seen).toMatchObject([{ method }]);
    },
  );

  test("is a GET without saying so, and takes the usual methods in any case", async () => {
    const { port, seen } = await recordingServer();
    await ask(make(), `http://${host}:${port}/`);
    await ask(make(), { url: `http://${host}:${port}/`, method: "patch" });
    expect(seen.map(({ method }) => method)).toEqual(["GET", "PATCH"]);
  });

  test("has no body in answer to HEAD", async () => {
    const { port } = await recordingServer(
      (_request, response) => void response.setHeader("content-length", 5).end(),
    );
    expect(await ask(make(), { url: `http://${host}:${port}/`, method: "HEAD" })).toEqual({
      status: 200,
      text: "",
    });
  });

  test.each(["POST", "DELETE", "PATCH"])("carries bytes both ways unchanged with %s", async (method) => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256);
    const { port, seen } = await recordingServer((_request, response) => void response.end(bytes));
    const response = await make().request({ url: `http://${host}:${port}/`, method, body: bytes });
    expect(Buffer.from(response.body).equals(bytes)).toBe(true);
    expect(Buffer.from(seen[0]?.body ?? "", "latin1").equals(bytes)).toBe(true);
  });

  test("carries an empty body both ways", async () => {
    const { port, seen } = await recordingServer((_request, response) => void response.end());
    const sent = { url: `http://${host}:${port}/`, method: "POST", body: new Uint8Array(0) };
    expect(await ask(make(), sent)).toEqual({ status: 200, text: "" });
    expect(seen).toMatchObject([{ body: "", headers: { "content-length": "0" } }]);
  });

  test("keeps the guest's headers, path and query", async () => {
    const { port, seen } = await recordingServer();
    const headers = { Authorization: "Bearer t", "X-Multi": "a, b", "user-agent": "guest", Cookie: "a=1" };
    await ask(make(), { url: `http://${host}:${port}/a%20b/?q=ü#part`, headers });
    expect(seen).toMatchObject([
      {
        url: "/a%20b/?q=%C3%BC",
        headers: { authorization: "Bearer t", "x-multi": "a, b", "user-agent": "guest", cookie: "a=1" },
      },
    ]);
  });

  test("leaves out headers that belong to the connection", async () => {
    const { port, seen } = await recordingServer();
    const headers = {
      Host: "other.test",
      Connection: "upgrade",
      Upgrade: "websocket",
      "Content-Length": "1",
      "Transfer-Encoding": "chunked",
      "Proxy-Authorization": "Basic eDp5",
      TE: "trailers",
      Expect: "100-continue",
    };
    const body = new TextEncoder().encode("GET /smuggled HTTP/1.1\r\n\r\n");
    await ask(make(), { url: `http://${host}:${port}/`, method: "POST", headers, body });
    const [first, ...others] = seen;
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      body: "GET /smuggled HTTP/1.1\r\n\r\n",
      headers: { host: `${host}:${port}`, "content-length": String(body.byteLength) },
    });
    for (const name of ["upgrade", "transfer-encoding", "proxy-authorization", "te", "expect"]) {
      expect(first?.headers).not.toHaveProperty(name);
    }
  });

  test.each([
    ["a line break in a value", { a: "b\r\nHost: evil.test" }],
    ["a line break in a name", { "a\r\nb": "c" }],
    ["a NUL", { a: "\0" }],
    ["an empty name", { "": "x" }],
    ["text that is not Latin-1", { a: "→" }],
  ])("is refused with a header that has %s", async (_what, headers) => {
    const { port, seen } = await recordingServer();
    const { message } = await failure(
      () => make().request({ url: `http://${host}:${port}/`, headers }),
      "HTTP_FAILED",
    );
    expect(message).toContain("header");
    expect(seen).toEqual([]);
  });

  test("hands on any final status, since none is an error", async () => {
    const { port } = await recordingServer(({ url }, response) => {
      response.writeHead(Number(url?.slice(1)));
      response.end(url === "/204" || url === "/304" ? undefined : "why");
    });
    for (const [status, text] of [
      [201, "why"],
      [204, ""],
      [300, "why"],
      [304, ""],
      [404, "why"],
      [500, "why"],
    ]) {
      expect(await ask(make(), `http://${host}:${port}/${status}`)).toEqual({ status, text });
    }
  });

  test("sends the credentials of its URL as basic authentication, and no message tells them", async () => {
    const { port, seen } = await recordingServer((_request, response) => void response.destroy());
    const url = `http://us%C3%A9r:secret@${host}:${port}/?key=secret`;
    const { message } = await failure(() => make().request({ url }), "HTTP_FAILED");
    expect(message).not.toContain("secret");
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("usér:secret").toString("base64")}`);
  });

  test("shows headers only where the application lets it, repeated ones joined", async () => {
    const { port } = await recordingServer((_request, response) => {
      response.appendHeader("x-a", "1").appendHeader("x-a", "2");
      response.appendHeader("set-cookie", "a=1").appendHeader("set-cookie", "b=2");
      response.appendHeader("__proto__", "own").end();
    });
    const request = { url: `http://${host}:${port}/` };
    expect(await make().request(request)).not.toHaveProperty("headers");
    const { headers } = await make({ exposeHeaders: true }).request(request);
    expect(headers).toMatchObject({ "x-a": "1, 2", "set-cookie": "a=1, b=2" });
    expect(JSON.stringify(headers)).toContain('"__proto__":"own"');
  });

  test("tells why there was no answer", async () => {
    const { port } = await recordingServer((request) => void request.socket.destroy());
    const { message, cause } = await failure(
      () => make().request({ url: `http://${host}:${port}/x` }),
      "HTTP_FAILED",
    );
    expect(message).toMatch(new RegExp(`^the request to http://${host}:${port}/x failed: .+`));
    expect(cause).toBeInstanceOf(Error);
  });
});

describe("a client", () => {
  test("without hosts waits for nothing and denies at once", async () => {
    const none = client({ allowedHosts: [] });
    expect(none.waits).toBe(false);
    expect(() => none.check("http://127.0.0.1/")).toThrow("no hosts are allowed");
    expect(() => none.request({ url: "http://127.0.0.1/" })).toThrow("no hosts are allowed");
  });

  test("says which hosts are allowed when it denies another", async () => {
    const { message } = await failure(() => client().check("https://evil.test/path"), "HTTP_DENIED");
    expect(message).toBe(
      "https://evil.test/path is not covered by allowedHosts, which are 127.0.0.1, localhost",
    );
  });

  test.each([
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "data:text/plain,x",
    "ws://127.0.0.1/",
    "blob:http://127.0.0.1/x",
  ])("denies %s, whatever its host", async (url) => {
    await failure(() => client({ allowedHosts: ["*", "127.0.0.1"] }).check(url), "HTTP_DENIED");
  });

  test.each(["", "/path", "127.0.0.1", "http://", "http://[::1", "http://127.0.0.1:99999/"])(
    "fails for %j, which is no URL",
    async (url) => {
      await failure(() => client().check(url), "HTTP_FAILED");
      await failure(() => client().request({ url }), "HTTP_FAILED");
    },
  );

  test.each(["CONNECT", "trace", "TRACK"])("denies the method %s", async (method) => {
    await failure(() => client().request({ url: "http://127.0.0.1/", method }), "HTTP_DENIED");
  });

  test.each(["", "G T", "GET\r\nX: y", "GÉT"])("fails for the method %j", async (method) => {
    await failure(() => client().request({ url: "http://127.0.0.1/", method }), "HTTP_FAILED");
  });

  test("fails for a GET with a body, and takes an empty one for none", async () => {
    const url = await serve((_request, response) => void response.end("ok"));
    await failure(() => client().request({ url, body: Uint8Array.of(1) }), "HTTP_FAILED");
    expect(await ask(client(), { url, body: new Uint8Array(0) })).toMatchObject({ status: 200 });
  });

  test("gives the application's fetch no header that belongs to the connection", async () => {
    const given: [string, string][] = [];
    const fetch = async (_url: unknown, init: RequestInit = {}) => {
      given.push(...new Headers(init.headers));
      return new Response();
    };
    const headers = { HOST: "evil.test", "content-length": "1", "Transfer-Encoding": "chunked", "x-a": "b" };
    await client({ fetch: fetch as typeof globalThis.fetch }).request({ url: "http://127.0.0.1/", headers });
    expect(given).toEqual([["x-a", "b"]]);
  });

  test("carries nothing of the page that it runs in", async () => {
    const inits: RequestInit[] = [];
    const fetch = async (_url: unknown, init: RequestInit = {}) => {
      inits.push(init);
      return new Response();
    };
    await client({ fetch: fetch as typeof globalThis.fetch }).request({ url: "http://127.0.0.1/" });
    expect(inits).toMatchObject([{ credentials: "omit", referrerPolicy: "no-referrer" }]);
  });

  test("cuts what a guest made long", async () => {
    const { message } = await failure(
      () => client().check(`http://evil.test/${"x".repeat(10_000)}`),
      "HTTP_DENIED",
    );
    expect(message.length).toBeLessThan(400);
  });

  test("sends nothing to any other host, however a guest writes its URL", async () => {
    const reached: string[] = [];
    const recording = (async (url: URL) => {
      reached.push(url.hostname);
      return new Response("ok");
    }) as typeof globalThis.fetch;
    const http = client({ allowedHosts: ["good.test"], fetch: recording });
    const part = fc.constantFrom(
      ..."http:// https:// http: // / \\ @ : # ? . .. %00 %2f %40 good.test evil.test GOOD.TEST good.test. :80 \t \n".split(
        " ",
      ),
      "http://good.test",
      "http://good.test@",
      "http://evil.test@",
      "ｇood.test",
      "evil.test。",
      "[::1]",
      "\u0000",
      " ",
    );
    const urls = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(urls, async (url) => {
        await Promise.resolve(http.request({ url })).catch((error: unknown) =>
          expect(error).toMatchObject({ code: expect.stringMatching(/^HTTP_/) }),
        );
      }),
      { numRuns: 5000 },
    );
    expect(reached.length).toBeGreaterThan(100);
    expect(new Set(reached.map((host) => host.replace(/\.$/, "")))).toEqual(new Set(["good.test"]));
  });
});
