import fc from "fast-check";
import { expect, test } from "vitest";
import { isPluginError } from "../../src/errors.ts";
import { parseManifest } from "../../src/manifest.ts";

function parses(manifest: unknown): boolean {
  try {
    parseManifest(manifest);
    return true;
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return false;
  }
}

const key = fc.oneof(
  fc.constantFrom("wasm", "memory", "config", "allowed_hosts", "allowedPaths", "timeout_ms", "timeoutMs"),
  fc.constantFrom("path", "url", "data", "hash", "name", "headers", "__proto__", "constructor", "toString"),
);

/** JSON that comes close enough to a manifest to get past the first check. */
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, tie("leaf"), fc.array(tie("json"), { maxLength: 3 }), tie("object")),
  object: fc.array(fc.tuple(key, tie("json")), { maxLength: 4 }).map((entries) => {
    const object = {};
    // Not an assignment: `__proto__` has to become a key of its own, as in JSON.parse.
    for (const [name, value] of entries)
      Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
    return object;
  }),
  leaf: fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.base64String(),
    fc.double(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
  ),
}));

test("parseManifest throws nothing but PluginError, whatever JSON it gets", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), json), (value) => {
      parses(value);
      parses({ wasm: value });
      parses({ wasm: [value] });
      parses({ wasm: [{ path: "x" }], ...(typeof value === "object" ? value : {}) });
    }),
    { numRuns: 2000 },
  );
});

test("parseManifest throws nothing but PluginError, whatever text it gets", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => void parses(text)));
});

const integer = fc.option(fc.maxSafeInteger().map(Math.abs));
const strings = fc.dictionary(fc.string(), fc.string());
const camelManifest = fc.record(
  {
    wasm: fc.array(fc.record({ path: fc.string() }), { minLength: 1, maxLength: 3 }),
    memory: fc.record(
      { maxPages: fc.option(fc.nat()), maxHttpResponseBytes: integer, maxVarBytes: integer },
      { requiredKeys: [] },
    ),
    config: strings,
    allowedHosts: fc.option(fc.array(fc.string())),
    allowedPaths: fc.option(strings),
    timeoutMs: integer,
  },
  { requiredKeys: ["wasm"] },
);

const snakeNames: Readonly<Record<string, string>> = {
  maxPages: "max_pages",
  maxHttpResponseBytes: "max_http_response_bytes",
  maxVarBytes: "max_var_bytes",
  allowedHosts: "allowed_hosts",
  allowedPaths: "allowed_paths",
  timeoutMs: "timeout_ms",
};

function toSnakeCase(manifest: object): object {
  return Object.fromEntries(
    Object.entries(manifest).map(([name, value]) => [
      snakeNames[name] ?? name,
      name === "memory" ? toSnakeCase(value) : value,
    ]),
  );
}

test("a manifest means the same in camelCase, in snake_case and as JSON text", () => {
  fc.assert(
    fc.property(camelManifest, (manifest) => {
      const parsed = parseManifest(manifest);
      expect(parseManifest(toSnakeCase(manifest))).toEqual(parsed);
      expect(parseManifest(JSON.stringify(manifest))).toEqual(parsed);
      expect(parsed.config).toEqual(manifest.config ?? {});
    }),
  );
});
