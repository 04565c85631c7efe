import { createHash } from "node:crypto";
import { createPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { compileWat } from "../abi/guests.ts";
import { type BadSource, describeBadSources } from "./bad-sources.ts";
import { echoGuest, watchOtherPlugins } from "./witness.ts";

watchOtherPlugins();

const hash = createHash("sha256").update(echoGuest).digest("hex");
const base64 = Buffer.from(echoGuest).toString("base64");
/** A manifest as a file would have it: with whatever keys. */
const json = (manifest: object) => JSON.stringify(manifest);
const imports = (module: string, name: string) =>
  compileWat(`(module (import "${module}" "${name}" (func)))`);

const manifests: BadSource[] = [
  { what: "JSON that breaks off", source: () => '{ "wasm": [', code: "MANIFEST_INVALID" },
  { what: "no wasm", source: () => "{}", code: "MANIFEST_INVALID", says: ["wasm"] },
  { what: "no modules", source: () => json({ wasm: [] }), code: "MANIFEST_INVALID", says: ["wasm"] },
  {
    what: "a module without a source",
    source: () => json({ wasm: [{ name: "main" }] }),
    code: "MANIFEST_INVALID",
    says: ["wasm[0]"],
  },
  {
    what: "a module with two sources",
    source: () => json({ wasm: [{ data: base64, path: "x" }] }),
    code: "MANIFEST_INVALID",
  },
  {
    what: "an unknown key",
    source: () => json({ wasm: [{ data: base64 }], allowed_host: [] }),
    code: "MANIFEST_INVALID",
    says: ["allowed_host", "allowed_hosts"],
  },
  {
    what: "an unknown key of a module",
    source: () => json({ wasm: [{ data: base64, hsah: hash }] }),
    code: "MANIFEST_INVALID",
    says: ["hsah", "hash"],
  },
  {
    what: "an unknown limit",
    source: () => json({ wasm: [{ data: base64 }], memory: { max_page: 4 } }),
    code: "MANIFEST_INVALID",
    says: ["max_page", "max_pages"],
  },
  {
    what: "a limit that is no number",
    source: () => json({ wasm: [{ data: base64 }], memory: { max_pages: "4" } }),
    code: "MANIFEST_INVALID",
    says: ["max_pages"],
  },
  {
    what: "a limit below zero",
    source: () => json({ wasm: [{ data: base64 }], memory: { max_pages: -1 } }),
    code: "MANIFEST_INVALID",
    says: ["max_pages"],
  },
  {
    what: "config that is no text",
    source: () => json({ wasm: [{ data: base64 }], config: { a: 1 } }),
    code: "MANIFEST_INVALID",
    says: ["config.a"],
  },
];

const modules: BadSource[] = [
  {
    what: "an unknown import",
    source: () => imports("extism:host/user", "get_user"),
    options: { functions: { "extism:host/user": { getUser: () => undefined } } },
    code: "IMPORT_UNRESOLVED",
    says: ["extism:host/user", "get_user", "getUser"],
  },
  {
    what: "an unknown import of the ABI",
    source: () => imports("extism:host/env", "output_sett"),
    code: "IMPORT_UNRESOLVED",
    says: ["output_sett", "output_set"],
  },
  ...[
    ["constructor", "name"],
    ["__proto__", "toString"],
    ["extism:host/user", "toString"],
    ["extism:host/user", "__proto__"],
    ["extism:host/env", "constructor"],
  ].map(
    ([module = "", name = ""]): BadSource => ({
      what: `an import that only every object has, ${module} ${name}`,
      source: () => imports(module, name),
      options: { functions: { "extism:host/user": {} } },
      code: "IMPORT_UNRESOLVED",
      says: [module, name],
    }),
  ),
  {
    what: "an import of a function with another signature",
    source: () => compileWat(`(module (import "extism:host/env" "alloc" (func (param i32) (result i32))))`),
    code: "IMPORT_UNRESOLVED",
    says: ["alloc"],
  },
  {
    what: "a trap in _initialize",
    source: () => compileWat(`(module (func (export "_initialize") unreachable))`),
    code: "TRAP",
    says: ["unreachable"],
  },
  {
    what: "a trap in the start section",
    source: () => compileWat("(module (func $f unreachable) (start $f))"),
    code: "TRAP",
    says: ["unreachable"],
  },
  {
    what: "a recursion without end in _initialize",
    source: () => compileWat(`(module (func $f (export "_initialize") (call $f)))`),
    code: "TRAP",
  },
  {
    what: "a data segment outside memory",
    source: () => compileWat(`(module (memory 1) (data (i32.const 65535) "xx"))`),
    code: "TRAP",
  },
  {
    what: "more memory than allowed from the start",
    source: () => compileWat("(module (memory 17))"),
    options: { memory: { maxPages: 16 } },
    code: "MEMORY_LIMIT",
    says: ["17", "16"],
  },
  {
    what: "a larger table than allowed from the start",
    source: () => compileWat("(module (table 1000001 funcref))"),
    code: "MEMORY_LIMIT",
    says: ["1000001", "1000000"],
  },
];

describeBadSources({ manifests, modules });

describe("a JSON manifest", () => {
  test("sets limits that hold", async () => {
    const wasm = Buffer.from(
      compileWat(`(module (memory (export "memory") 1)
        (func (export "grow") (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))`),
    ).toString("base64");
    await using plugin = await createPlugin(json({ wasm: [{ data: wasm }], memory: { max_pages: 1 } }));
    expect((await plugin.call("grow")).length).toBe(0);
  });
});
