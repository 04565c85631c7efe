import { describe, expect, test } from "vitest";
import { isPluginError, type PluginError } from "../../src/errors.ts";
import { parseManifest } from "../../src/manifest.ts";

const HASH = "0123456789abcdef".repeat(4);
const wasm = [{ path: "plugin.wasm" }];

function errorOf(manifest: unknown): PluginError {
  try {
    parseManifest(manifest, "test.json");
  } catch (error) {
    if (isPluginError(error)) return error;
    throw error;
  }
  return expect.fail("the manifest was accepted");
}

describe("a manifest", () => {
  const snake = {
    $schema: "./manifest.schema.json",
    wasm: [
      {
        url: "https://example.com/a.wasm",
        method: "POST",
        headers: { accept: "*/*" },
        hash: HASH.toUpperCase(),
      },
    ],
    memory: { max_pages: 4, max_http_response_bytes: 5, max_var_bytes: 0 },
    config: { a: "b" },
    allowed_hosts: ["*.example.com"],
    allowed_paths: { "ro:data": "/data" },
    timeout_ms: 100,
  };

  const parsed = {
    wasm: [
      {
        kind: "url",
        name: "main",
        url: "https://example.com/a.wasm",
        method: "POST",
        headers: { accept: "*/*" },
        hash: HASH,
      },
    ],
    mainIndex: 0,
    memory: { maxPages: 4, maxHttpResponseBytes: 5, maxVarBytes: 0 },
    config: { a: "b" },
    allowedHosts: ["*.example.com"],
    allowedPaths: { "ro:data": "/data" },
    timeoutMs: 100,
  };

  const camel = {
    wasm: snake.wasm,
    memory: { maxPages: 4, maxHttpResponseBytes: 5, maxVarBytes: 0 },
    config: snake.config,
    allowedHosts: snake.allowed_hosts,
    allowedPaths: snake.allowed_paths,
    timeoutMs: 100,
  };

  test.each([
    ["an object in snake_case", snake],
    ["an object in camelCase", camel],
    ["JSON text", JSON.stringify(snake)],
    ["JSON text with a byte order mark and white space", `\uFEFF\n ${JSON.stringify(camel)}`],
  ])("means the same as %s", (_form, manifest) => {
    expect(parseManifest(manifest)).toEqual(parsed);
  });

  test("that says only where its module is grants nothing and sets nothing", () => {
    expect(parseManifest({ wasm })).toEqual({
      wasm: [{ kind: "path", path: "plugin.wasm", name: "main" }],
      mainIndex: 0,
      memory: {},
      config: {},
      allowedHosts: [],
      allowedPaths: {},
    });
  });

  test("may say null where Extism's schema allows it, which means nothing", () => {
    const nulls = {
      wasm: [{ path: "plugin.wasm", name: null, hash: null }],
      memory: { max_pages: null, max_http_response_bytes: null, max_var_bytes: null },
      allowed_hosts: null,
      allowed_paths: null,
      timeout_ms: null,
    };
    expect(parseManifest(nulls)).toEqual(parseManifest({ wasm }));
  });

  test("may have properties that are undefined", () => {
    expect(parseManifest({ wasm, config: undefined, timeoutMs: undefined })).toEqual(parseManifest({ wasm }));
  });

  test("is frozen all the way down", () => {
    const manifest = parseManifest(snake);
    const parts = [manifest, manifest.wasm, manifest.wasm[0], manifest.memory, manifest.config];
    for (const part of [...parts, manifest.allowedHosts, manifest.allowedPaths])
      expect(part).toSatisfy(Object.isFrozen);
    expect(manifest.wasm[0]).toHaveProperty("headers", expect.toSatisfy(Object.isFrozen));
  });

  test("is not changed by a later change of the object that it came from", () => {
    const config = { a: "before" };
    const hosts = ["before"];
    const manifest = parseManifest({ wasm, config, allowedHosts: hosts });
    config.a = "after";
    hosts.push("after");
    expect(manifest).toMatchObject({ config: { a: "before" }, allowedHosts: ["before"] });
  });
});

describe("config and allowed_paths", () => {
  const text = '{"wasm":[{"path":"x"}],"config":{"__proto__":"p","constructor":"c","toString":"t"}}';

  test.each([
    ["__proto__", "p"],
    ["constructor", "c"],
    ["toString", "t"],
  ])("take %s as a key like any other", (key, value) => {
    expect(parseManifest(text).config[key]).toBe(value);
  });

  test("have no keys that nobody gave", () => {
    const { config, allowedPaths } = parseManifest({ wasm });
    for (const key of ["__proto__", "constructor", "hasOwnProperty"]) {
      expect(config[key]).toBeUndefined();
      expect(allowedPaths[key]).toBeUndefined();
    }
  });

  test("do not take inherited keys", () => {
    const config = Object.create({ inherited: "yes" }, { own: { value: "yes", enumerable: true } });
    expect(Object.keys(parseManifest({ wasm, config }).config)).toEqual(["own"]);
  });
});

describe("bytes in data", () => {
  const pool = Uint8Array.of(9, 9, 1, 2, 3, 9, 9);

  test.each([
    ["base64", "AQID"],
    ["a view on part of a larger buffer", pool.subarray(2, 5)],
    ["a Buffer of Node's pool", Buffer.from([1, 2, 3])],
    ["an ArrayBuffer", Uint8Array.of(1, 2, 3).buffer],
  ])("come from %s, exactly", (_what, data) => {
    const source = parseManifest({ wasm: [{ data }] }).wasm[0];
    expect(source).toMatchObject({ kind: "data", data: Uint8Array.of(1, 2, 3) });
  });

  test("are the manifest's own", () => {
    const data = Uint8Array.of(1, 2, 3);
    const source = parseManifest({ wasm: [{ data }] }).wasm[0];
    data.fill(0);
    expect(source).toMatchObject({ data: Uint8Array.of(1, 2, 3) });
  });
});

describe("module names", () => {
  test.each([
    [[undefined], ["main"], 0],
    [["only"], ["only"], 0],
    [[undefined, undefined, undefined], ["wasm[0]", "wasm[1]", "main"], 2],
    [["main", undefined], ["main", "wasm[1]"], 0],
    [["a", "main", "b"], ["a", "main", "b"], 1],
    [["a", "b"], ["a", "b"], 1],
  ])("%j become %j, and the one at %i is called", (given, names, mainIndex) => {
    const manifest = parseManifest({ wasm: given.map((name) => ({ path: "x.wasm", name })) });
    expect(manifest.wasm.map(({ name }) => name)).toEqual(names);
    expect(manifest.mainIndex).toBe(mainIndex);
  });
});

describe("MANIFEST_INVALID", () => {
  test.each<[string, unknown, RegExp]>([
    ["text that is not JSON", "{", /^Manifest test\.json: is not JSON/],
    ["a number", 5, /must be an object, not of type Number/],
    ["null", null, /must be an object, not of type Null/],
    ["an array", "[]", /must be an object, not of type Array/],
    [
      "a Map, whose entries would be missed",
      { wasm, config: new Map([["a", "b"]]) },
      /config must be an object of strings, not of type Map/,
    ],
    ["no wasm", {}, /names no module/],
    ["an empty wasm", { wasm: [] }, /names no module/],
    ["wasm of another type", { wasm: "plugin.wasm" }, /wasm must be an array, not of type String/],
    ["wasm that is null", { wasm: null }, /wasm must be an array/],
    ["a module that is a string", { wasm: ["plugin.wasm"] }, /wasm\[0\] must be an object/],
    ["more modules than a host loads", { wasm: Array(129).fill({ path: "x" }) }, /129 modules; at most 128/],
    [
      "an unknown key",
      { wasm, allowed_host: [] },
      /: allowed_host is not a known key; did you mean allowed_hosts\?/,
    ],
    [
      "an unknown camelCase key",
      { wasm, allowedPath: {} },
      /: allowedPath is .* did you mean allowedPaths\?/,
    ],
    [
      "an unknown key of a module",
      { wasm: [...wasm, { pth: "x" }] },
      /wasm\[1\]\.pth is .* did you mean path\?/,
    ],
    ["an unknown key of memory", { wasm, memory: { max: 1 } }, /memory\.max is .* did you mean max_pages\?/],
    [
      "an unknown key near to none",
      { wasm, zzz: 1 },
      /zzz is .* known here are \$schema, wasm, memory, config, allowed_hosts, allowed_paths, timeout_ms$/,
    ],
    ["__proto__ as a key", '{"wasm":[{"path":"x"}],"__proto__":{}}', /__proto__ is not a known key/],
    ["constructor as a key", { wasm, constructor: 1 }, /constructor is not a known key/],
    ["a key with control characters", { wasm, "a\u001b[2J": 1 }, /\["a\\u001b\[2J"\] is not a known key/],
    ["a key in both spellings", { wasm, timeout_ms: 1, timeoutMs: 2 }, /has both timeout_ms and timeoutMs/],
    [
      "a key of memory in both spellings",
      { wasm, memory: { max_pages: 1, maxPages: 1 } },
      /memory has both max_pages and maxPages/,
    ],
    ["config that is null", { wasm, config: null }, /config must be an object of strings/],
    [
      "a config value that is null",
      { wasm, config: { a: null } },
      /config\.a must be a string, not of type Null/,
    ],
    [
      "a config value that is a number",
      { wasm, config: { a: 1 } },
      /config\.a must be a string, not of type Number/,
    ],
    ["a host that is no string", { wasm, allowed_hosts: [1] }, /allowed_hosts\[0\] must be a string/],
    ["hosts that are one string", { wasm, allowed_hosts: "*" }, /allowed_hosts must be an array/],
    [
      "a path that is no string",
      { wasm, allowed_paths: { "/a b": 1 } },
      /allowed_paths\["\/a b"\] must be a string/,
    ],
    [
      "a negative limit",
      { wasm, memory: { max_pages: -1 } },
      /memory\.max_pages must be an integer from 0 to 4294967295, not -1/,
    ],
    ["a fraction", { wasm, memory: { max_pages: 1.5 } }, /max_pages must be an integer/],
    ["a limit out of range", { wasm, memory: { max_pages: 2 ** 32 } }, /max_pages must be an integer/],
    ["NaN", { wasm, timeoutMs: Number.NaN }, /timeoutMs must be an integer .* not NaN/],
    [
      "a timeout that is text",
      { wasm, timeout_ms: "100" },
      /timeout_ms must be an integer, not of type String/,
    ],
    ["a module from nowhere", { wasm: [{ name: "a" }] }, /wasm\[0\] says nowhere to load from/],
    ["a module from two places", { wasm: [{ path: "a", url: "b" }] }, /wasm\[0\] has path and url/],
    [
      "headers without a url",
      { wasm: [{ path: "a", headers: {} }] },
      /method or headers, which go with url only/,
    ],
    [
      "a method without a url",
      { wasm: [{ path: "a", method: "GET" }] },
      /method or headers, which go with url only/,
    ],
    [
      "a header name with a line break",
      { wasm: [{ url: "a", headers: { "a\r\nb": "c" } }] },
      /headers has a header that cannot be sent/,
    ],
    [
      "a header value with a line break",
      { wasm: [{ url: "a", headers: { a: "b\r\nc: d" } }] },
      /headers has a header that cannot be sent: "a"/,
    ],
    ["a method with a space", { wasm: [{ url: "a", method: "GET /" }] }, /method is not an HTTP method/],
    [
      "a method that fetch refuses",
      { wasm: [{ url: "a", method: "connect" }] },
      /method is not an HTTP method/,
    ],
    ["an empty url", { wasm: [{ url: "" }] }, /url is not a URL/],
    ["a url that cannot be parsed", { wasm: [{ url: "http://[" }] }, /url is not a URL/],
    ["a url with another scheme", { wasm: [{ url: "data:,x" }] }, /url has the scheme "data:"/],
    ["a url that is a Windows path", { wasm: [{ url: "C:\\plugin.wasm" }] }, /url has the scheme "c:"/],
    ["data that is no base64", { wasm: [{ data: "?" }] }, /data is not base64/],
    [
      "data that is an array of numbers",
      { wasm: [{ data: [0, 97] }] },
      /data must be base64 text or bytes, not of type Array/,
    ],
    ["a response from JSON", '{"wasm":[{"response":{}}]}', /response must be a Response/],
    ["a module from JSON", '{"wasm":[{"module":{}}]}', /module must be a WebAssembly\.Module/],
    [
      "an empty hash",
      { wasm: [{ path: "a", hash: "" }] },
      /hash must be a SHA-256 in 64 hexadecimal digits, not empty/,
    ],
    ["a short hash", { wasm: [{ path: "a", hash: HASH.slice(1) }] }, /hash must be a SHA-256/],
    ["a hash with a prefix", { wasm: [{ path: "a", hash: `sha256:${HASH}` }] }, /hash must be a SHA-256/],
    [
      "the same name twice",
      {
        wasm: [
          { path: "a", name: "x" },
          { path: "b", name: "x" },
        ],
      },
      /two modules named "x": wasm\[0\] and wasm\[1\]/,
    ],
    [
      "a name that another module has by default",
      { wasm: [{ path: "a" }, { path: "b", name: "wasm[0]" }] },
      /two modules named/,
    ],
  ])("is the answer to %s", (_what, manifest, message) => {
    const error = errorOf(manifest);
    expect(error.message).toMatch(message);
    expect(error.code).toBe("MANIFEST_INVALID");
  });

  test("never repeats a value that may be a secret", () => {
    const secret = "hunter2";
    expect(errorOf({ wasm, config: { password: [secret] } }).message).not.toContain(secret);
    expect(
      errorOf({ wasm: [{ url: "x", headers: { authorization: `${secret}\n!` } }] }).message,
    ).not.toContain(secret);
  });
});

test("a hash for a ready module is UNSUPPORTED, because the module hides its bytes", () => {
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  expect(errorOf({ wasm: [{ module, hash: HASH }] })).toMatchObject({ code: "UNSUPPORTED" });
  expect(parseManifest({ wasm: [{ module }] }).wasm[0]).toMatchObject({ kind: "module", module });
});
