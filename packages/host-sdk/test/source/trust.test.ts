import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { failure, load, MODULE, serve, serveFiles, temporaryFolder } from "./support.ts";

const wasm = [{ data: Buffer.from(MODULE).toString("base64") }];
const elsewhere = "http://127.0.0.1:1/x";

/** Where a manifest that somebody else wrote comes from. */
const remote: [string, (manifest: object) => Promise<unknown>][] = [
  ["from a URL", async (manifest) => `${await serveFiles({ "/m": JSON.stringify(manifest) })}/m`],
  ["from a redirect", async (manifest) => new URL(await redirectTo(manifest))],
  ["in a Response", async (manifest) => fetch(`${await serveFiles({ "/m": JSON.stringify(manifest) })}/m`)],
  ["in a Response without a URL", async (manifest) => new Response(JSON.stringify(manifest))],
];

async function redirectTo(manifest: object): Promise<string> {
  const target = await serveFiles({ "/m": JSON.stringify(manifest) });
  return serve((_request, response) => response.writeHead(302, { location: `${target}/m` }).end());
}

describe.each(remote)("a manifest %s", (_from, publish) => {
  test.each<[string, object, string]>([
    ["grants hosts", { wasm, allowed_hosts: ["*"] }, "allowed_hosts"],
    ["grants hosts in camelCase", { wasm, allowedHosts: ["a"] }, "allowed_hosts"],
    ["grants paths", { wasm, allowed_paths: { "/": "/" } }, "allowed_paths"],
    ["grants paths to read", { wasm, allowed_paths: { "ro:/": "/" } }, "allowed_paths"],
    ["names a local path", { wasm: [{ path: "/etc/passwd" }] }, "wasm[0].path"],
    ["names a relative path", { wasm: [...wasm, { path: "x.wasm", name: "x" }] }, "wasm[1].path"],
    ["names a file URL", { wasm: [{ url: "file:///etc/passwd" }] }, "wasm[0].url"],
    ["raises the memory limit", { wasm, memory: { max_pages: 16_385 } }, "memory.max_pages"],
    ["raises the limit of vars", { wasm, memory: { max_var_bytes: 2 ** 21 } }, "memory.max_var_bytes"],
    [
      "raises the limit of responses",
      { wasm, memory: { max_http_response_bytes: 2 ** 30 } },
      "memory.max_http_response_bytes",
    ],
    ["sends headers elsewhere", { wasm: [{ url: elsewhere, headers: { "x-admin": "1" } }] }, "wasm[0].url"],
    ["sends another method elsewhere", { wasm: [{ url: elsewhere, method: "DELETE" }] }, "wasm[0].url"],
  ])("that %s is refused, naming the field and what to do", async (_what, manifest, field) => {
    const { message } = await failure(load(await publish(manifest)), "MANIFEST_INVALID");
    expect(message).toContain(` ${field} `);
    expect(message).toContain("trustRemoteManifest");
  });

  test("may set config, lower limits and a timeout, and grant nothing in so many words", async () => {
    const manifest = {
      wasm,
      config: { a: "b" },
      memory: { max_pages: 16_384, max_var_bytes: 0 },
      allowed_hosts: [],
      allowed_paths: {},
      timeout_ms: 5,
    };
    expect((await load(await publish(manifest))).settings).toEqual({
      memory: { maxPages: 16_384, maxVarBytes: 0 },
      config: { a: "b" },
      allowedHosts: [],
      allowedPaths: [],
      timeoutMs: 5,
    });
  });

  test("may do all of it with trustRemoteManifest", async () => {
    const path = join(await temporaryFolder(), "plugin.wasm");
    await writeFile(path, MODULE);
    const sources = [{ path }, { url: pathToFileURL(path).href }];
    const manifest = {
      wasm: sources,
      allowed_hosts: ["*"],
      allowed_paths: { "/tmp": "/x" },
      memory: { max_pages: 65_536 },
    };
    const loaded = await load(await publish(manifest), { trustRemoteManifest: true });
    expect(loaded.settings).toMatchObject({ allowedHosts: ["*"], memory: { maxPages: 65_536 } });
    expect(loaded.settings.allowedPaths).toHaveLength(1);
    expect(loaded.modules).toMatchObject([{ bytes: MODULE }, { bytes: MODULE }]);
  });
});

test("a remote manifest may send headers to its own origin", async () => {
  const manifest = { wasm: [{ url: "plugin.wasm", headers: { "x-token": "t" } }] };
  const origin = await serveFiles({ "/manifest.json": JSON.stringify(manifest), "/plugin.wasm": MODULE });
  expect((await load(`${origin}/manifest.json`)).modules).toMatchObject([{ bytes: MODULE }]);
});

test("a relative URL in a Response without a URL does not become a local file", async () => {
  const response = new Response(JSON.stringify({ wasm: [{ url: "package.json" }] }));
  expect((await failure(load(response), "MANIFEST_INVALID")).message).toContain("names a local file");
});

test.each([
  ["an object", (manifest: object) => manifest],
  ["JSON text", (manifest: object) => JSON.stringify(manifest)],
  ["bytes", (manifest: object) => Buffer.from(JSON.stringify(manifest))],
])("a manifest given in code as %s may grant what it likes", async (_what, give) => {
  const manifest = {
    wasm,
    allowed_hosts: ["*"],
    allowed_paths: { "/tmp": "/x" },
    memory: { max_pages: 65_536 },
  };
  const { settings } = await load(give(manifest));
  expect(settings).toMatchObject({ allowedHosts: ["*"], memory: { maxPages: 65_536 } });
  expect(settings.allowedPaths).toEqual([{ host: "/tmp", guest: "/x", readOnly: false }]);
});
