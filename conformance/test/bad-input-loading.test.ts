import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePlugin, createPlugin, isPluginError } from "@mortise/host-sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileGuest, readBuiltGuest } from "../abi/guests.ts";
import { type BadSource, describeBadSources, type Source } from "./bad-sources.ts";
import { echoGuest, watchOtherPlugins } from "./witness.ts";

let origin = "";
let folder = "";
let server: Server;

const answers: Readonly<Record<string, { status: number; type: string; body: Uint8Array | string }>> = {
  "/echo.wasm": { status: 200, type: "application/wasm", body: echoGuest },
  "/missing.wasm": { status: 404, type: "text/html", body: "<!doctype html><title>Not found</title>" },
  "/broken.wasm": { status: 500, type: "application/wasm", body: echoGuest },
  "/page.wasm": { status: 200, type: "application/wasm", body: "<!doctype html><title>Welcome</title>" },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bad-input-"));
  await writeFile(join(folder, "note.wasm"), "This is no module.");
  await writeFile(join(folder, "echo.wasm"), echoGuest);
  server = createServer((request, response) => {
    const { status, type, body } = answers[request.url ?? ""] ?? {
      status: 404,
      type: "text/plain",
      body: "",
    };
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

watchOtherPlugins();

const hash = createHash("sha256").update(echoGuest).digest("hex");
const main = (source: object) => ({ wasm: [source] }) as Source;
/** A manifest as a file would have it: with whatever keys. */
const json = (manifest: object) => JSON.stringify(manifest);
const base64 = Buffer.from(echoGuest).toString("base64");

const truncated: BadSource[] = [0, 1, 4, 7, 9, 20, echoGuest.length - 1].map((length) => ({
  what: `wasm that ends after ${length} bytes`,
  source: () => echoGuest.slice(0, length),
  code: "MODULE_INVALID",
}));

const bytes: BadSource[] = [
  ...truncated,
  {
    what: "bytes that are not wasm",
    source: () => Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    code: "MODULE_INVALID",
  },
  {
    what: "a page instead of a module",
    source: () => main({ data: Buffer.from("<!doctype html>") }),
    code: "MODULE_INVALID",
  },
  {
    what: "a module with a flipped bit",
    source: () => echoGuest.map((byte, i) => (i === 9 ? byte ^ 0x40 : byte)),
    code: "MODULE_INVALID",
  },
  {
    what: "base64 that is none",
    source: () => json({ wasm: [{ data: "§§§" }] }),
    code: "MANIFEST_INVALID",
    says: ["wasm[0].data"],
  },
  {
    what: "a module over the size limit",
    source: () => echoGuest,
    options: { limits: { maxModuleBytes: 100 } },
    code: "MODULE_TOO_LARGE",
    says: ["100"],
  },
];

const hashes: BadSource[] = [
  {
    what: "another module's hash",
    source: () => main({ data: echoGuest, hash: "0".repeat(64) }),
    code: "HASH_MISMATCH",
    says: [hash],
  },
  {
    what: "an empty hash",
    source: () => main({ data: echoGuest, hash: "" }),
    code: "MANIFEST_INVALID",
    says: ["hash"],
  },
  {
    what: "half a hash",
    source: () => main({ data: echoGuest, hash: hash.slice(0, 32) }),
    code: "MANIFEST_INVALID",
    says: ["hash"],
  },
  {
    what: "a hash that is no hexadecimal number",
    source: () => main({ data: echoGuest, hash: "x".repeat(64) }),
    code: "MANIFEST_INVALID",
  },
  {
    what: "the hash of the buffer instead of the view",
    source: () =>
      main({
        data: Buffer.concat([echoGuest, Buffer.from("rest")]).subarray(0, echoGuest.length),
        hash: createHash("sha256")
          .update(Buffer.concat([echoGuest, Buffer.from("rest")]))
          .digest("hex"),
      }),
    code: "HASH_MISMATCH",
  },
];

const places: BadSource[] = [
  {
    what: "a missing file",
    source: () => join(folder, "absent.wasm"),
    code: "SOURCE_UNREACHABLE",
    says: ["absent.wasm"],
  },
  {
    what: "a missing file in a manifest",
    source: () => main({ path: join(folder, "absent.wasm") }),
    code: "SOURCE_UNREACHABLE",
    says: ["absent.wasm"],
  },
  { what: "a folder", source: () => folder, code: "SOURCE_UNREACHABLE" },
  { what: "a file that is no module", source: () => join(folder, "note.wasm"), code: "MODULE_INVALID" },
  {
    what: "a page behind status 404",
    source: () => `${origin}/missing.wasm`,
    code: "SOURCE_UNREACHABLE",
    says: ["404"],
  },
  {
    what: "a module behind status 500",
    source: () => main({ url: `${origin}/broken.wasm` }),
    code: "SOURCE_UNREACHABLE",
    says: ["500"],
  },
  { what: "a page behind status 200", source: () => `${origin}/page.wasm`, code: "MODULE_INVALID" },
  {
    what: "a server that is not there",
    source: () => "http://127.0.0.1:1/echo.wasm",
    code: "SOURCE_UNREACHABLE",
  },
  {
    what: "a response of 404",
    source: () => new Response("gone", { status: 404 }),
    code: "SOURCE_UNREACHABLE",
    says: ["404"],
  },
];

describeBadSources({ bytes, hashes, places });

describe("controls", () => {
  test.each([
    ["bytes", () => echoGuest],
    ["a hash in capitals", () => main({ data: echoGuest, hash: hash.toUpperCase() })],
    [
      "a view with the hash of its range",
      () => main({ data: Buffer.concat([Buffer.from("before"), echoGuest]).subarray(6), hash }),
    ],
    ["base64 in a JSON manifest", () => json({ wasm: [{ data: base64, hash }] })],
    ["a file", () => join(folder, "echo.wasm")],
    ["a URL", () => `${origin}/echo.wasm`],
    ["a response", () => new Response(echoGuest, { headers: { "content-type": "application/wasm" } })],
  ] as [string, () => Source][])("%s: loads", async (_, source) => {
    await using plugin = await createPlugin(source());
    expect((await plugin.call("echo", "ok")).text()).toBe("ok");
  });
});

describe("bytes that were tampered with", () => {
  const guests = [echoGuest, compileGuest("functions"), compileGuest("exports"), readBuiltGuest("echo")];
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.nat(255),
  });

  test("load, or fail with a PluginError", async () => {
    const outcomes = { loaded: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...guests),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (guest, edits) => {
          const bytes = guest.slice();
          for (const { at, byte } of edits) bytes[Math.floor(at * bytes.length)] = byte;
          const [outcome] = await Promise.allSettled([compilePlugin(bytes)]);
          outcomes[outcome.status === "fulfilled" ? "loaded" : "refused"] += 1;
          if (outcome.status === "rejected" && !isPluginError(outcome.reason)) throw outcome.reason;
        },
      ),
      { numRuns: 1000 },
    );
    expect(outcomes.loaded).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});
