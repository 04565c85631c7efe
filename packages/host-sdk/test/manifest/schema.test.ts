import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPluginError } from "../../src/errors.ts";
import { MAX_MODULES } from "../../src/limits.ts";
import { parseManifest } from "../../src/manifest.ts";

const folder = new URL("../../../../manifests/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const samples = readdirSync(folder).filter(
  (name) => name.endsWith(".json") && !name.endsWith(".schema.json"),
);

// `type` with two names is how the schema says "or null".
const validate = new Ajv({ allowUnionTypes: true }).compile(read("manifest.schema.json") as object);

function parses(manifest: unknown): boolean {
  try {
    parseManifest(manifest);
    return true;
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return false;
  }
}

const wasm = [{ path: "plugin.wasm" }];
const digest = "ab".repeat(32);

describe("the JSON Schema and the parser", () => {
  test.each(samples)("both accept the sample %s", (name) => {
    const manifest = read(name);
    expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
    expect(parseManifest(manifest).wasm.length).toBeGreaterThan(0);
  });

  test.each<unknown>([
    { wasm, $schema: "x", memory: {}, config: {}, allowed_hosts: [], allowed_paths: {}, timeout_ms: 0 },
    {
      wasm,
      allowedHosts: null,
      allowedPaths: null,
      timeoutMs: null,
      memory: { maxPages: null, maxVarBytes: 1 },
    },
    {
      wasm: [
        { url: "HTTPS://example.com/a b", method: "PATCH", headers: { a: "b" }, name: "x", hash: digest },
      ],
    },
    { wasm: [{ url: "../plugin.wasm", method: null, name: null, hash: null }, { data: "AGFzbQ==" }] },
    { wasm: Array(MAX_MODULES).fill(wasm[0]) },
  ])("both accept %j", (manifest) => {
    expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
    expect(parses(manifest)).toBe(true);
  });

  test.each<unknown>([
    null,
    [],
    "text",
    {},
    { wasm: [] },
    { wasm: null },
    { wasm: [{}] },
    { wasm: Array(MAX_MODULES + 1).fill(wasm[0]) },
    { wasm: [{ pth: "x" }] },
    { wasm: [{ path: "x", url: "y" }] },
    { wasm: [{ path: "x", method: "GET" }] },
    { wasm: [{ path: "x", hash: "" }] },
    { wasm: [{ path: "x", hash: digest.slice(1) }] },
    { wasm: [{ path: null }] },
    { wasm: [{ url: "" }] },
    { wasm: [{ url: "ftp://example.com/x" }] },
    { wasm: [{ url: "x", method: "TRACE" }] },
    { wasm: [{ url: "x", method: "" }] },
    { wasm: [{ url: "x", headers: null }] },
    { wasm: [{ url: "x", headers: { "a b": "c" } }] },
    { wasm: [{ url: "x", headers: { a: 1 } }] },
    { wasm: [{ data: "AGFzbR==" }] },
    { wasm: [{ data: "AGFzbQ" }] },
    { wasm, unknown: 1 },
    { wasm, memory: null },
    { wasm, memory: { max: 1 } },
    { wasm, memory: { max_pages: 2 ** 32 } },
    { wasm, memory: { max_pages: 1, maxPages: 1 } },
    { wasm, memory: { max_var_bytes: -1 } },
    { wasm, config: null },
    { wasm, config: { a: null } },
    { wasm, allowed_hosts: "*" },
    { wasm, allowed_hosts: [], allowedHosts: [] },
    { wasm, allowed_paths: { a: 1 } },
    { wasm, allowed_paths: {}, allowedPaths: {} },
    { wasm, timeout_ms: 1.5 },
    { wasm, timeout_ms: 1, timeoutMs: 1 },
    { wasm, timeout_ms: 2 ** 53 },
  ])("both refuse %j", (manifest) => {
    expect(validate(manifest)).toBe(false);
    expect(parses(manifest)).toBe(false);
  });

  test("agree on every mixture of good and bad parts", () => {
    fc.assert(
      fc.property(mixture, (manifest) => {
        expect(parses(manifest), JSON.stringify(manifest)).toBe(validate(manifest));
      }),
      { numRuns: 5000 },
    );
  });
});

const text = fc.constantFrom<unknown>("", "a", "AGFz", "GET", digest, null, 1, {}, undefined);
const number = fc.constantFrom<unknown>(0, 1, -1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, "1", null, undefined);
const map = fc.oneof(
  fc.constantFrom<unknown>(null, 1, [], undefined),
  fc.dictionary(fc.constantFrom("a", "b"), text),
);

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  return fc.record(fields, { requiredKeys: [] }).map((object) => JSON.parse(JSON.stringify(object)));
}

const sources = fc.oneof(
  record({ path: text, hash: text }),
  record({ url: text, method: text, headers: map }),
  record({ data: text, path: text, other: text }),
);

/** Names are left out: that they differ is beyond a schema. */
const mixture = record({
  wasm: fc.oneof(
    { weight: 9, arbitrary: fc.array(sources, { maxLength: 2 }) },
    { weight: 1, arbitrary: text },
  ),
  memory: fc.oneof(
    text,
    record({ max_pages: number, maxPages: number, max_var_bytes: number, maxHttpResponseBytes: number }),
  ),
  config: map,
  allowed_paths: map,
  allowedHosts: fc.oneof(text, fc.array(text, { maxLength: 2 })),
  timeout_ms: number,
  timeoutMs: number,
});
