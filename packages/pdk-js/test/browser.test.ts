import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import type { BuildError, buildPlugin } from "../src/compiler/browser.ts";
import { hosts } from "./support/hosts.ts";
import { open } from "./support/plugin.ts";

const dist = new URL("../dist/", import.meta.url);

describe("the compiler without a file system", () => {
  let compiler: { buildPlugin: typeof buildPlugin; BuildError: typeof BuildError };
  let engine: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    engine = new Uint8Array(await readFile(new URL("engine.wasm", dist)));
    compiler = await import(new URL("compiler/browser.js", dist).href);
  });

  test("bundles for a browser: it reaches for no Node module", async () => {
    const { warnings, metafile } = await bundle({
      entryPoints: [fileURLToPath(new URL("compiler/browser.js", dist))],
      bundle: true,
      write: false,
      platform: "browser",
      format: "esm",
      metafile: true,
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external }) => external === true)).toEqual([]);
  });

  test.each(hosts)("builds a plugin from code that imports the guest library, for $name", async (host) => {
    const code = `import { inputJson, outputMsgpack, output } from "@mortise/pdk-js";
export function pack() { outputMsgpack(inputJson()); }
export function greet() { output("hi " + new URL("http://a/b").pathname); }`;
    const { wasm, exports } = await compiler.buildPlugin({ code }, engine);
    expect(exports).toEqual(["greet", "pack"]);
    const plugin = await open(host, wasm);
    expect(await plugin.text("greet")).toBe("hi /b");
    expect([...(await plugin.bytes("pack", "[1,2]"))]).toEqual([0x92, 1, 2]);
    await plugin.close();
  });

  test.each([
    ["export function f() {\n  let = ;\n}", /^plugin\.js:2:\d+: SyntaxError/],
    ["\nthrow new RangeError('top');", /^plugin\.js:2:\d+: RangeError: top$/],
    ['import { x } from "elsewhere";\nexport function f() { x(); }', /elsewhere/],
  ])("%j is a build error with its place", async (code, message) => {
    await expect(compiler.buildPlugin({ code }, engine)).rejects.toThrow(message);
    await expect(compiler.buildPlugin({ code }, engine)).rejects.toBeInstanceOf(compiler.BuildError);
  });
});
