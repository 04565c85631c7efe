import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test } from "vitest";
import { failure, load, MODULE, OTHER_MODULE, serveFiles, sha256, temporaryFolder } from "./support.ts";

const data = Buffer.from(MODULE).toString("base64");
const single = {
  mainIndex: 0,
  modules: [{ name: "main", bytes: MODULE, digest: sha256(MODULE) }],
  settings: { memory: {}, config: {}, allowedHosts: [], allowedPaths: [] },
};

async function workIn(folder: string): Promise<void> {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

describe("a string", () => {
  test.each([
    ["that starts with a brace is JSON", `{"wasm":[{"data":"${data}"}]}`],
    ["is JSON after white space", `\n\t {"wasm":[{"data":"${data}"}]}`],
    ["is JSON after a byte order mark", `\uFEFF{"wasm":[{"data":"${data}"}]}`],
  ])("%s", async (_what, text) => {
    expect(await load(text)).toMatchObject(single);
  });

  test("with http as its scheme is a URL, in any case", async () => {
    const origin = await serveFiles({ "/plugin": MODULE });
    expect(await load(`${origin}/plugin`)).toMatchObject(single);
    expect(await load(`${origin.replace("http:", "HTTP:")}/plugin`)).toMatchObject(single);
  });

  test("with file as its scheme is a file", async () => {
    const path = join(await temporaryFolder(), "a plugin#1.wasm");
    await writeFile(path, MODULE);
    expect(await load(pathToFileURL(path).href)).toMatchObject(single);
    expect(await load(pathToFileURL(path))).toMatchObject(single);
  });

  test("is a path otherwise, relative to the working directory of that moment", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "http.wasm"), MODULE);
    await workIn(folder);
    const loading = load("http.wasm");
    process.chdir("/");
    expect(await loading).toMatchObject(single);
  });

  test("that begins like a URL and is none is a TypeError", async () => {
    await expect(load("https://[")).rejects.toThrow(TypeError);
  });
});

describe("the bytes decide, not the name, what", () => {
  const manifest = JSON.stringify({ wasm: [{ data }], config: { a: "b" } });
  const withConfig = { modules: single.modules, settings: { config: { a: "b" } } };

  test("a file holds", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "plugin.json"), MODULE);
    await writeFile(join(folder, "manifest.wasm"), `\uFEFF\n${manifest}`);
    expect(await load(join(folder, "plugin.json"))).toMatchObject(single);
    expect(await load(join(folder, "manifest.wasm"))).toMatchObject(withConfig);
  });

  test("given bytes hold", async () => {
    expect(await load(MODULE)).toMatchObject(single);
    expect(await load(MODULE.buffer.slice(0))).toMatchObject(single);
    expect(await load(Buffer.from(manifest))).toMatchObject(withConfig);
  });

  test("a Response holds", async () => {
    expect(await load(new Response(MODULE))).toMatchObject(single);
    expect(await load(new Response(manifest))).toMatchObject(withConfig);
  });

  test.each([
    [
      "an error page",
      "<!DOCTYPE html>",
      /neither WebAssembly nor a manifest: it begins with "<!DOCTYPE html>"/,
    ],
    ["nothing", "", /it is empty/],
    ["a JSON array", "[]", /neither WebAssembly nor a manifest/],
    ["a module that is cut off in its header", MODULE.subarray(0, 6), /cut off/],
    ["a component", Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0), /is a WebAssembly component/],
  ])("is MODULE_INVALID for %s", async (_what, content, message) => {
    expect((await failure(load(Buffer.from(content)), "MODULE_INVALID")).message).toMatch(message);
  });

  test("is MANIFEST_INVALID for a manifest that is not UTF-8", async () => {
    const latin1 = Buffer.from(`{"wasm":[{"data":"${data}"}],"config":{"a":"ä"}}`, "latin1");
    expect((await failure(load(latin1), "MANIFEST_INVALID")).message).toContain("is not UTF-8");
  });
});

describe("other values", () => {
  test("a compiled module is taken as it is", async () => {
    const module = new WebAssembly.Module(MODULE);
    expect((await load(module)).modules).toEqual([{ name: "main", module, origin: "the given module" }]);
    const named = await load({ wasm: [{ module, name: "x" }] });
    expect(named.modules).toEqual([{ name: "x", module, origin: expect.stringContaining("wasm[0]") }]);
  });

  test("a promise is awaited", async () => {
    expect(await load(Promise.resolve(MODULE))).toMatchObject(single);
  });

  test("bytes of another realm are bytes", async () => {
    const bytes: unknown = runInNewContext("Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)");
    expect(await load(bytes)).toMatchObject(single);
  });

  test.each([
    [null],
    [undefined],
    [5],
    [true],
    [[]],
    [() => 1],
    [new Map()],
    [new DataView(new ArrayBuffer(8))],
    [new Blob()],
  ])("%s is a TypeError", async (value) => {
    await expect(load(value)).rejects.toThrow(TypeError);
  });

  test("a URL with another scheme is UNSUPPORTED", async () => {
    await failure(load(new URL("data:application/wasm,x")), "UNSUPPORTED");
  });
});

describe("given bytes belong to the plugin from the moment of the call:", () => {
  test.each([
    ["a changed array", (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(1)],
    [
      "a detached buffer",
      (bytes: Uint8Array<ArrayBuffer>) => structuredClone(bytes.buffer, { transfer: [bytes.buffer] }),
    ],
  ])("%s makes no difference", async (_what, spoil) => {
    const [direct, buffer, inManifest] = [MODULE.slice(), MODULE.slice(), MODULE.slice()];
    const loading = [load(direct), load(buffer.buffer), load({ wasm: [{ data: inManifest }] })];
    for (const bytes of [direct, buffer, inManifest]) spoil(bytes);
    for (const loaded of await Promise.all(loading)) expect(loaded).toMatchObject(single);
  });

  test("a view gives exactly its own range", async () => {
    const around = Uint8Array.of(9, 9, ...MODULE, 9, 9);
    const hash = sha256(MODULE);
    expect(await load(around.subarray(2, 10))).toMatchObject(single);
    expect(await load({ wasm: [{ data: around.subarray(2, 10), hash }] })).toMatchObject(single);
  });

  test("a Buffer of Node's pool brings no neighbours along", async () => {
    const pooled = Buffer.from(MODULE);
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    const [module] = (await load(pooled)).modules;
    expect(module?.bytes?.buffer.byteLength).toBe(MODULE.length);
  });

  test("bytes over the limit are MODULE_TOO_LARGE", async () => {
    await failure(load(MODULE, { maxModuleBytes: 7 }), "MODULE_TOO_LARGE");
    await failure(load({ wasm: [{ data: MODULE }] }, { maxModuleBytes: 7 }), "MODULE_TOO_LARGE");
    expect(await load(MODULE, { maxModuleBytes: 8 })).toMatchObject(single);
  });
});

describe("several modules", () => {
  test("keep their order and names, and one of them is main", async () => {
    const loaded = await load({
      wasm: [
        { data: OTHER_MODULE, name: "main" },
        { data: MODULE, name: "lib" },
      ],
    });
    expect(loaded.mainIndex).toBe(0);
    expect(loaded.modules).toMatchObject([
      { name: "main", bytes: OTHER_MODULE },
      { name: "lib", bytes: MODULE },
    ]);
  });

  test("fail with the first that fails", async () => {
    const error = await failure(load({ wasm: [{ data: MODULE }, { data: "AAAA" }] }), "MODULE_INVALID");
    expect(error.message).toContain("wasm[1].data");
  });
});
