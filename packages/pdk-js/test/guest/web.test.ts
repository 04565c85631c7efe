import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hosts } from "../support/hosts.ts";
import { build, open, type TextPlugin } from "../support/plugin.ts";

const SOURCE = `import { inputString, outputJson } from "@mortise/pdk-js";
/** Runs a test's expression, so that each test shows what it is about. */
export async function run() { outputJson(await eval(inputString())); }
export const linked = () => outputJson([typeof console, typeof TextEncoder, typeof TextDecoder, typeof URL, typeof URLSearchParams,
  typeof URLPattern, typeof structuredClone, typeof EventTarget, typeof AbortController, typeof setTimeout, typeof setInterval,
  typeof crypto, typeof fetch, typeof self, typeof CustomEvent, typeof AbortSignal, typeof clearTimeout, typeof DOMException, typeof ReadableStream, typeof TextDecoderStream, typeof TextEncoderStream, typeof TransformStream]);
`;

const CASES: readonly (readonly [what: string, expression: string, expected: unknown])[] = [
  [
    "streams",
    `(async () => {
      const source = new ReadableStream({ start(c) { for (const n of [1, 2, 3]) c.enqueue(n); c.close(); } });
      const doubled = source.pipeThrough(new TransformStream({ transform(n, c) { c.enqueue(n * 2); } }));
      const seen = [];
      for await (const n of doubled) seen.push(n);
      return seen;
    })()`,
    [2, 4, 6],
  ],
  [
    "text streams, with characters cut between chunks",
    `(async () => {
      const source = new ReadableStream({ start(c) { for (const part of ["a\\uD83E", "\\uDD8A", "ü"]) c.enqueue(part); c.close(); } });
      const bytes = source.pipeThrough(new TextEncoderStream());
      const single = new TransformStream({ transform(chunk, c) { for (const byte of chunk) c.enqueue(Uint8Array.of(byte)); } });
      let text = "";
      for await (const part of bytes.pipeThrough(single).pipeThrough(new TextDecoderStream())) text += part;
      return text;
    })()`,
    "a🦊ü",
  ],
  ["atob and btoa", "atob(btoa('hé'))", "hé"],
  ["TextEncoder", "[...new TextEncoder().encode('ü🦊')]", [195, 188, 240, 159, 166, 138]],
  ["encodeInto", "new TextEncoder().encodeInto('aü🦊', new Uint8Array(4))", { read: 2, written: 3 }],
  ["TextDecoder", "new TextDecoder().decode(Uint8Array.of(0xef,0xbb,0xbf,0x41,0xff))", "A\uFFFD"],
  [
    "a streaming TextDecoder",
    "(() => { const d = new TextDecoder(); return [240,159,166,138,65].map((b) => d.decode(Uint8Array.of(b), { stream: true })).join('|') + d.decode(); })()",
    "|||🦊|A",
  ],
  [
    "a streaming TextDecoder at a cut",
    "(() => { const d = new TextDecoder(); return d.decode(Uint8Array.of(65,226,130), { stream: true }) + d.decode(); })()",
    "A\uFFFD",
  ],
  [
    "a fatal TextDecoder",
    "(() => { try { new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xff)); } catch (e) { return e.name; } })()",
    "TypeError",
  ],
  [
    "an unknown encoding",
    "(() => { try { new TextDecoder('latin1'); } catch (e) { return e.name; } })()",
    "RangeError",
  ],
  ["URL", "new URL('../b?x=1#h', 'https://Ex.com:443/a/c').href", "https://ex.com/b?x=1#h"],
  [
    "URLSearchParams",
    "[...new URLSearchParams('a=1&b=%C3%BC')]",
    [
      ["a", "1"],
      ["b", "ü"],
    ],
  ],
  ["URLPattern", "new URLPattern({ pathname: '/u/:id' }).exec('https://a/u/7').pathname.groups.id", "7"],
  ["structuredClone", "[...structuredClone(new Map([['k', new Set([1])]])).get('k')]", [1]],
  ["queueMicrotask", "new Promise((r) => queueMicrotask(() => r('ran')))", "ran"],
  [
    "EventTarget",
    "(() => { const t = new EventTarget(); let s = ''; t.addEventListener('x', (e) => { s += e.type + e.detail; }, { once: true }); t.dispatchEvent(new CustomEvent('x', { detail: 5 })); t.dispatchEvent(new CustomEvent('x')); return s; })()",
    "x5",
  ],
  [
    "AbortController",
    "(() => { const c = new AbortController(); let s = 0; c.signal.onabort = () => s++; c.abort(); c.abort(); return [s, c.signal.aborted, c.signal.reason.name]; })()",
    [1, true, "AbortError"],
  ],
  [
    "AbortSignal.timeout",
    "new Promise((r) => { const s = AbortSignal.timeout(1); s.addEventListener('abort', () => r(s.reason.name)); })",
    "TimeoutError",
  ],
  [
    "AbortSignal.any",
    "(() => { const c = new AbortController(); const s = AbortSignal.any([c.signal]); c.abort('why'); return s.reason; })()",
    "why",
  ],
  [
    "crypto.subtle.digest",
    "crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc')).then((d) => new Uint8Array(d).toHex())",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ],
  [
    "crypto.randomUUID",
    "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())",
    true,
  ],
  [
    "crypto.getRandomValues over its quota",
    "(() => { try { crypto.getRandomValues(new Uint8Array(65537)); } catch (e) { return e.name; } })()",
    "QuotaExceededError",
  ],
  [
    "timers, in order of their time",
    "new Promise((r) => { const s = []; setTimeout(() => { s.push(3); r(s); }, 6); setTimeout((x) => s.push(x), 2, 2); setTimeout(() => s.push(1)); })",
    [1, 2, 3],
  ],
  [
    "setInterval until it is cleared",
    "new Promise((r) => { let n = 0; const id = setInterval(() => { if (++n === 3) { clearInterval(id); r(n); } }, 1); })",
    3,
  ],
  [
    "performance",
    "[performance.now() >= 0, Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 2000]",
    [true, true],
  ],
  [
    "Headers",
    "[...new Headers([['b', '1'], ['A', '2'], ['b', '3']])]",
    [
      ["a", "2"],
      ["b", "1, 3"],
    ],
  ],
  [
    "Request",
    "(() => { const r = new Request('https://a/x', { method: 'post', body: 'q' }); return [r.method, r.url, r.headers.get('content-type')]; })()",
    ["POST", "https://a/x", "text/plain;charset=UTF-8"],
  ],
  ["Response", "Response.json({ a: 1 }).json()", { a: 1 }],
  [
    "a body that is read twice",
    "(async () => { const r = new Response('x'); await r.text(); try { await r.text(); } catch (e) { return e.name; } })()",
    "TypeError",
  ],
  [
    "a cloned response",
    "(async () => { const r = new Response('x'); const c = r.clone(); return (await r.text()) + (await c.text()); })()",
    "xx",
  ],
  ["a relative URL", "(() => { try { new Request('/x'); } catch (e) { return e.name; } })()", "TypeError"],
];

let server: Server;
let base = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(request.url === "/missing" ? 404 : 200, {
        "content-type": "application/octet-stream",
        "x-method": request.method,
      });
      response.end(Buffer.concat([Buffer.from([0, 255]), ...chunks]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe.each(hosts)("Web APIs on $name", (host) => {
  let plugin: TextPlugin;
  beforeAll(async () => {
    plugin = await open(host, (await build(SOURCE)).wasm);
  });
  afterAll(() => plugin.close());

  test.each(CASES)("%s", async (_what, expression, expected) => {
    expect(JSON.parse(await plugin.text("run", expression))).toEqual(expected);
  });

  test("what a plugin mentions is there", async () => {
    const kinds = JSON.parse(await plugin.text("linked")) as string[];
    expect(kinds).not.toContain("undefined");
  });
});

describe.each(hosts)("HTTP on $name", (host) => {
  let plugin: TextPlugin;
  beforeAll(async () => {
    const { wasm } = await build(`import { Http, inputString, outputJson } from "@mortise/pdk-js";
      export async function get() {
        const r = await fetch(inputString(), { method: "PUT", body: Uint8Array.of(1, 2) });
        outputJson([r.ok, r.status, r.headers.get("x-method"), [...new Uint8Array(await r.arrayBuffer())]]);
      }
      export async function missing() { outputJson((await fetch(inputString())).ok); }
      export function plain() {
        const r = Http.request({ url: inputString(), method: "POST" }, "hi");
        outputJson([r.status, r.headers["x-method"], [...r.bytes()]]);
      }`);
    plugin = await open(host, wasm, { allowedHosts: ["127.0.0.1"] });
  });
  afterAll(() => plugin.close());

  test("fetch sends and receives bytes and headers", async () => {
    expect(JSON.parse(await plugin.text("get", `${base}/x`))).toEqual([true, 200, "PUT", [0, 255, 1, 2]]);
  });

  test("a status that is not 2xx is an answer, not an error", async () => {
    expect(await plugin.text("missing", `${base}/missing`)).toBe("false");
  });

  test("Http.request works without promises", async () => {
    expect(JSON.parse(await plugin.text("plain", `${base}/x`))).toEqual([200, "POST", [0, 255, 104, 105]]);
  });

  test("a host that is not allowed ends the call with the host's error", async () => {
    expect(await plugin.failure("missing", "http://localhost:1/")).not.toBe("");
  });
});

describe.each(hosts)("console on $name", (host) => {
  test("writes to the host's log levels, readably", async () => {
    const lines: string[] = [];
    const { wasm } = await build(`export function f() {
      console.debug("d"); console.log("l", 1, [1n], { a: new Map([["k", null]]) }); console.info(new Date(0));
      console.warn(new Uint8Array(2)); console.error(new TypeError("t").message, Symbol("s"));
      const loop: { self?: object } = {}; loop.self = loop; console.log(loop); console.group("g"); console.log("in"); console.groupEnd();
      console.assert(false, "why"); console.count(); console.log("a\\uD800");
    }`);
    const plugin = await open(host, wasm, { log: (level, text) => lines.push(`${level} ${text}`) });
    lines.length = 0;
    await plugin.text("f");
    const written = [...lines];
    await plugin.close();
    expect(written).toEqual([
      "debug d",
      'info l 1 [ 1n ] { a: Map(1) { "k" => null } }',
      "info 1970-01-01T00:00:00.000Z",
      "warn Uint8Array(2) [ 0, 0 ]",
      "error t Symbol(s)",
      "info { self: [circular] }",
      "info g",
      "info   in",
      "error Assertion failed why",
      "info default: 1",
      "info a\uFFFD",
    ]);
  });
});
