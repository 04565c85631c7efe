import { describe, expect, onTestFinished, test } from "vitest";
import { Boundary } from "../../../src/abi/extism/boundary.ts";
import type { ImportFunction } from "../../../src/abi/extism/guard.ts";
import { httpImports } from "../../../src/abi/extism/http.ts";
import { canSuspend } from "../../../src/abi/suspension.ts";
import { createPlugin } from "../../../src/entry/node.ts";
import { DEFAULT_LIMITS } from "../../../src/limits.ts";
import { createConfig } from "../../../src/sandbox/config.ts";
import type { HttpClient, HttpRequest } from "../../../src/sandbox/http/index.ts";
import { Log } from "../../../src/sandbox/log.ts";
import { Vars } from "../../../src/sandbox/vars.ts";
import { wat } from "../../wasm/support/binary.ts";
import { client, failure, recordingServer, wildcardClient } from "./support.ts";

/** The imports as a guest with this client has them, and its kernel. */
function guest(http: HttpClient) {
  const boundary = new Boundary({
    plugin: "test",
    limits: DEFAULT_LIMITS,
    config: createConfig(),
    vars: new Vars(0),
    log: new Log(undefined, undefined, DEFAULT_LIMITS),
    functions: {},
    http,
  });
  boundary.begin({ input: "", hostContext: undefined });
  const { http_request, http_status_code, http_headers } = httpImports(boundary) as Record<
    string,
    ImportFunction
  >;
  const store = (data: string | Uint8Array) => BigInt(boundary.kernel.store(data));
  const handleOf = (description: unknown) =>
    store(typeof description === "string" ? description : JSON.stringify(description));
  return {
    boundary,
    kernel: boundary.kernel,
    store,
    call: (request: bigint, body = 0n) => http_request?.(request, body) as bigint | Promise<bigint>,
    /** Makes a request and reads the response. */
    async request(description: unknown, body?: string | Uint8Array) {
      const handle = await (http_request?.(
        handleOf(description),
        body === undefined ? 0n : store(body),
      ) as Promise<bigint>);
      return boundary.kernel.text(handle);
    },
    status: () => http_status_code?.() as number,
    headers: () => http_headers?.() as bigint,
  };
}

describe("http_request", () => {
  test("sends what the guest describes and returns the body, whatever the status", async () => {
    const { origin, seen } = await recordingServer(
      (_request, response) => void response.writeHead(404).end("nö"),
    );
    const { request, status } = guest(client());
    expect(status()).toBe(0);
    const description = { url: `${origin}/x`, method: "PUT", headers: { "x-a": "b" } };
    expect(await request(description, Uint8Array.of(0, 255, 128))).toBe("nö");
    expect(status()).toBe(404);
    expect(seen).toMatchObject([{ method: "PUT", url: "/x", headers: { "x-a": "b" }, body: "\0\xff\x80" }]);
  });

  test.each([
    ["nothing but a URL", {}],
    ["null for what it leaves out, as Go does", { method: null, headers: null }],
    ["keys that nobody knows", { timeout: 1 }],
  ])("takes %s", async (_what, rest) => {
    const { origin, seen } = await recordingServer();
    expect(await guest(client()).request({ url: origin, ...rest })).toBe("ok");
    expect(seen).toMatchObject([{ method: "GET" }]);
  });

  test("takes header for headers", async () => {
    const { origin, seen } = await recordingServer();
    await guest(client()).request({ url: origin, header: { "x-old": "1" } });
    expect(seen).toMatchObject([{ headers: { "x-old": "1" } }]);
  });

  test.each([
    ["", "is not JSON"],
    ["{", "is not JSON"],
    ["[]", "is not a JSON object"],
    ["null", "is not a JSON object"],
    ["{}", "has no url"],
    ['{"url":1}', "has no url"],
    ['{"url":"http://127.0.0.1/","method":1}', "has a method that is not text"],
    ['{"url":"http://127.0.0.1/","headers":[]}', "has headers that are not an object"],
    ['{"url":"http://127.0.0.1/","headers":{"a":1}}', 'has a header "a" whose value is not text'],
    [`{"url":"http://127.0.0.1/${"x".repeat(1024 * 1024)}"}`, "is larger than 1048576 bytes"],
  ])("fails for a request such as %.40s", async (text, reason) => {
    const { message } = await failure(() => guest(client()).request(text), "HTTP_FAILED");
    expect(message).toContain(`the request ${reason}`);
  });

  test.each([
    ["the request", 12_345n, 0n],
    ["the body", undefined, 12_345n],
  ])("traps when %s is no live block", async (what, request, body) => {
    const { call, store } = guest(client());
    const description = request ?? store('{"url":"http://127.0.0.1/"}');
    const { message } = await failure(() => call(description, body), "TRAP");
    expect(message).toContain(`${what} of http_request (handle 12345) is not a live block`);
  });

  test("ends its arguments once the response is there, so that freeing them again harms nothing", async () => {
    const { origin } = await recordingServer((_request, response) => void response.end("x".repeat(90)));
    const { kernel, store, call } = guest(client());
    // Of the size of the response, so that its block would be the first to be handed out again.
    const request = store(JSON.stringify({ url: origin, method: "POST" }).padEnd(90));
    const body = store("y".repeat(90));
    const response = await call(request, body);
    expect([kernel.lengthOf(request), kernel.lengthOf(body)]).toEqual([-1, -1]);
    kernel.free(body); // the Rust and Go PDKs free what they allocated after the import has returned
    kernel.free(request);
    expect(kernel.text(response)).toBe("x".repeat(90));
    kernel.free(response);
    expect(kernel.lengthOf(response)).toBe(-1);
  });

  test("sends the body as it was when the guest called", async () => {
    const { port, seen } = await recordingServer();
    const { kernel, store, call } = guest(wildcardClient());
    const body = store("before");
    const pending = call(store(JSON.stringify({ url: `http://plugin.test:${port}`, method: "POST" })), body);
    kernel.view(body)?.fill(0);
    await pending;
    expect(seen).toMatchObject([{ body: "before" }]);
  });

  test("returns a live block for an empty response", async () => {
    const { origin } = await recordingServer((_request, response) => void response.writeHead(204).end());
    const { kernel, store, call, status } = guest(client());
    const response = await call(store(JSON.stringify({ url: origin })));
    expect(kernel.lengthOf(response)).toBe(0);
    expect(status()).toBe(204);
  });

  test("serves the guest nothing more once a request has failed", async () => {
    const { origin } = await recordingServer();
    const { request, status } = guest(client());
    await request({ url: origin });
    await failure(() => request({ url: "http://evil.test/" }), "HTTP_DENIED");
    expect(() => status()).toThrow("evil.test");
  });

  test("denies at once, on the guest's stack, when nothing is granted", () => {
    const { call, store, boundary } = guest(client({ allowedHosts: [] }));
    expect(() => call(store('{"url":"http://127.0.0.1/"}'))).toThrow("no hosts are allowed");
    expect(boundary.failure).toMatchObject({ code: "HTTP_DENIED" });
  });

  test("works with a client that blocks instead of returning a promise", () => {
    const asked: HttpRequest[] = [];
    const blocking: HttpClient = {
      waits: false,
      check: () => undefined,
      request(request) {
        asked.push(request);
        return { status: 201, body: new TextEncoder().encode("now") };
      },
    };
    const { call, store, kernel, status } = guest(blocking);
    const response = call(store('{"url":"http://x.test/"}'), store("body")) as bigint;
    expect(kernel.text(response)).toBe("now");
    expect(status()).toBe(201);
    expect(asked).toMatchObject([{ url: "http://x.test/", body: new TextEncoder().encode("body") }]);
  });

  test("ends when the call's signal fires", async () => {
    const controller = new AbortController();
    const { origin } = await recordingServer(() => controller.abort());
    const { boundary, request } = guest(client());
    boundary.begin({ input: "", hostContext: undefined, signal: controller.signal });
    await failure(() => request({ url: origin }), "ABORTED");
  });
});

describe("http_headers", () => {
  const answer = () =>
    recordingServer(
      (_request, response) => void response.appendHeader("x-a", "1").appendHeader("x-a", "2").end(),
    );

  test("is 0 before a response, and where the application does not show headers", async () => {
    const { origin } = await answer();
    const { headers, request } = guest(client());
    expect(headers()).toBe(0n);
    await request({ url: origin });
    expect(headers()).toBe(0n);
  });

  test("is JSON, in a new block each time, where it does", async () => {
    const { origin } = await answer();
    const { headers, request, kernel } = guest(client({ exposeHeaders: true }));
    expect(headers()).toBe(0n);
    await request({ url: origin });
    const [first, second] = [headers(), headers()];
    expect(first).not.toBe(second);
    expect(JSON.parse(kernel.text(first) ?? "")).toMatchObject({ "x-a": "1, 2" });
  });
});

/** Sends its input as a request, frees it like a published PDK, outputs the response and returns the status. */
const FETCHING_GUEST = wat(`(module
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
  (import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))
  (func (export "get") (result i32)
    (local $request i64) (local $response i64)
    (local.set $request (call $input_offset))
    (local.set $response (call $http_request (local.get $request) (i64.const 0)))
    (call $free (local.get $request))
    (call $output_set (local.get $response) (call $length (local.get $response)))
    (if (result i32) (i32.eq (call $http_status_code) (i32.const 200))
      (then (i32.const 0)) (else (call $http_status_code)))))`);

describe("a plugin", () => {
  test("that imports HTTP and is granted no host runs on the caller's thread and is denied", async () => {
    const plugin = await createPlugin(FETCHING_GUEST);
    onTestFinished(() => plugin.close());
    expect(plugin.isolation).toBe("thread");
    const { message } = await failure(
      () => plugin.callSync("get", '{"url":"http://127.0.0.1/"}'),
      "HTTP_DENIED",
    );
    expect(message).toContain("no hosts are allowed");
  });

  test("whose manifest allows a host that is none is refused", async () => {
    const manifest = { wasm: [{ data: FETCHING_GUEST }], allowedHosts: ["http://example.com"] };
    await failure(() => createPlugin(manifest), "MANIFEST_INVALID");
  });

  describe.skipIf(!canSuspend())("where the platform can suspend it", () => {
    test("makes requests on the caller's thread", async () => {
      const { origin } = await recordingServer(({ url }, response) => {
        response.writeHead(url === "/" ? 200 : 404).end("answer");
      });
      const plugin = await createPlugin(FETCHING_GUEST, { allowedHosts: ["127.0.0.1"] });
      onTestFinished(() => plugin.close());
      expect(plugin.isolation).toBe("thread");
      expect((await plugin.call("get", JSON.stringify({ url: origin }))).text()).toBe("answer");
      const error = await failure(
        () => plugin.call("get", JSON.stringify({ url: `${origin}/x` })),
        "EXIT_NONZERO",
      );
      expect(error.exitCode).toBe(404);
    });

    test("is denied a forbidden host, and goes on with the next call", async () => {
      const { origin } = await recordingServer();
      const plugin = await createPlugin({ wasm: [{ data: FETCHING_GUEST }], allowedHosts: ["127.0.0.1"] });
      onTestFinished(() => plugin.close());
      await failure(() => plugin.call("get", '{"url":"http://evil.test/"}'), "HTTP_DENIED");
      expect((await plugin.call("get", JSON.stringify({ url: origin }))).text()).toBe("ok");
    });

    test("keeps to its limit of response bytes", async () => {
      const { origin } = await recordingServer();
      const plugin = await createPlugin(FETCHING_GUEST, {
        allowedHosts: ["127.0.0.1"],
        memory: { maxHttpResponseBytes: 1 },
      });
      onTestFinished(() => plugin.close());
      await failure(() => plugin.call("get", JSON.stringify({ url: origin })), "HTTP_TOO_LARGE");
    });

    test("does not share the hosts of another that has the same functions", async () => {
      const { origin } = await recordingServer();
      const functions = {};
      const [granted, bare] = await Promise.all([
        createPlugin(FETCHING_GUEST, { functions, allowedHosts: ["127.0.0.1"] }),
        createPlugin(FETCHING_GUEST, { functions }),
      ]);
      onTestFinished(async () => void (await Promise.all([granted.close(), bare.close()])));
      const request = JSON.stringify({ url: origin });
      expect((await granted.call("get", request)).text()).toBe("ok");
      await failure(() => bare.call("get", request), "HTTP_DENIED");
    });
  });
});
