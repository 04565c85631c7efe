import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildPlugin } from "@mortise/pdk-js/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extism, mortise } from "../support/hosts.ts";
import { build, open } from "../support/plugin.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortise-js-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>, into = folder): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(into, path, ".."), { recursive: true });
    await writeFile(join(into, path), text);
  }
}

const valid = (wasm: Uint8Array): boolean => WebAssembly.validate(Uint8Array.from(wasm));

describe("buildPlugin", () => {
  test("every exported function becomes an export, bound by its name", async () => {
    const { wasm, exports } = await build(`import { output } from "@mortise/pdk-js";
      export function zebra() { output("zebra"); }
      export const apple = () => output("apple");
      const inner = async () => output("mango");
      export { inner as mango, inner as "not-an identifier" };
      export default function () { output("default"); }`);
    expect([...exports].sort()).toEqual(["apple", "default", "mango", "not-an identifier", "zebra"]);
    const plugin = await open(extism, wasm);
    expect(await plugin.text("zebra")).toBe("zebra");
    expect(await plugin.text("apple")).toBe("apple");
    expect(await plugin.text("mango")).toBe("mango");
    expect(await plugin.text("not-an identifier")).toBe("mango");
    expect(await plugin.text("default")).toBe("default");
    await plugin.close();
  });

  test("types are erased, and type errors are left to tsc", async () => {
    const { exports } = await build(
      "export type T = number;\nexport interface I { a: T }\nexport function f(): void { const n: number = 'x' as never; n; }",
    );
    expect(exports).toEqual(["f"]);
  });

  test("npm dependencies are bundled, whether they are ESM or CommonJS", async () => {
    await write({
      "node_modules/esm-dep/package.json": '{"name":"esm-dep","type":"module","exports":"./index.js"}',
      "node_modules/esm-dep/index.js": "export const greet = (name) => 'Hello, ' + name;",
      "node_modules/cjs-dep/package.json": '{"name":"cjs-dep","main":"main.js"}',
      "node_modules/cjs-dep/main.js":
        "const { mark } = require('./mark.js'); module.exports = (text) => text + mark;",
      "node_modules/cjs-dep/mark.js": "exports.mark = process.env.NODE_ENV === 'production' ? '!' : '?';",
      "deps.ts": `import { inputString, output } from "@mortise/pdk-js";
        import { greet } from "esm-dep";
        import finish from "cjs-dep";
        export function run() { output(finish(greet(inputString()))); }`,
    });
    const plugin = await open(extism, (await buildPlugin({ entry: join(folder, "deps.ts") })).wasm);
    expect(await plugin.text("run", "Ada")).toBe("Hello, Ada!");
    await plugin.close();
  });

  test("the same source gives the same bytes, also from another folder", async () => {
    const files = {
      "plugin.ts": `import { output } from "@mortise/pdk-js"; import { part } from "./part.ts";
        const table = new Map([[1, Math.random()], [2, Date.now()]]);
        export function run() { output(part + table.size); }`,
      "part.ts": 'export const part = "part" + Object.keys({ a: 1 });',
    };
    await write(files, join(folder, "one"));
    await cp(join(folder, "one"), join(folder, "elsewhere/deeper"), { recursive: true });
    const first = await buildPlugin({ entry: join(folder, "one/plugin.ts") });
    const again = await buildPlugin({ entry: join(folder, "one/plugin.ts") });
    const moved = await buildPlugin({ entry: join(folder, "elsewhere/deeper/plugin.ts") });
    expect(Buffer.compare(first.wasm, again.wasm)).toBe(0);
    expect(Buffer.compare(first.wasm, moved.wasm)).toBe(0);
  });

  test("nothing of the build's environment gets into the plugin", async () => {
    const secret = "s3cret-of-the-build-environment";
    process.env["MORTISE_TEST_SECRET"] = secret;
    try {
      await write({ "env.ts": "export function run() { return typeof process === 'undefined' ? 0 : 1; }" });
      const { wasm } = await buildPlugin({ entry: join(folder, "env.ts") });
      const bytes = Buffer.from(wasm);
      for (const text of [secret, process.cwd(), folder, tmpdir()]) expect(bytes.includes(text)).toBe(false);
      await write({ "reads.ts": "const s = process.env.MORTISE_TEST_SECRET;\nexport function run() { s; }" });
      await expect(buildPlugin({ entry: join(folder, "reads.ts") })).rejects.toThrow(
        "process is not defined",
      );
    } finally {
      delete process.env["MORTISE_TEST_SECRET"];
    }
  });

  test.each([
    ["output('x')", []],
    ["Date.now()", ["clock_time_get"]],
    ["Math.random()", ["random_get"]],
    ["crypto.randomUUID()", ["random_get"]],
    ["performance.now()", ["clock_time_get"]],
    ["setTimeout(f, 1)", ["clock_time_get", "poll_oneoff"]],
    ["eval('')", ["clock_time_get", "random_get"]],
  ])("%s imports %j of WASI, and otherwise the ABI alone", async (use, expected) => {
    const { wasm } = await build(
      `import { output } from "@mortise/pdk-js";\nexport function f() { output(""); ${use}; }`,
    );
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)));
    expect(
      imports.filter(({ module }) => module === "wasi_snapshot_preview1").map(({ name }) => name),
    ).toEqual(expected);
    expect(new Set(imports.map(({ module }) => module))).toEqual(
      new Set(["extism:host/env", ...(expected.length > 0 ? ["wasi_snapshot_preview1"] : [])]),
    );
  });

  test("a clock that was reached behind the compiler's back is an error that says so, never a wrong time", async () => {
    const { wasm } = await build(`import { output } from "@mortise/pdk-js";
      export function f() { output(String(new (globalThis as never)[[..."etaD"].reverse().join("")]())); }`);
    const plugin = await open(mortise, wasm);
    expect(await plugin.failure("f")).toContain("the clock was read, but no source mentions Date");
    await plugin.close();
  });

  test("a plugin that uses no Web API stays below 750 KB, 330 KB gzipped", async () => {
    const { wasm } = await build(`import { inputString, output } from "@mortise/pdk-js";
      export function greet() { output(\`Hello, \${inputString()}!\`); }`);
    expect(wasm.length).toBeLessThanOrEqual(750_000);
    expect(gzipSync(wasm).length).toBeLessThanOrEqual(330_000);
  });

  test("a Web API costs only the plugin that mentions it", async () => {
    const without = (await build("export function f() {}")).wasm.length;
    const withUrl = (await build("export function f() { new URL('a:b'); }")).wasm.length;
    const withDate = (await build("export function f() { new Date(); }")).wasm.length;
    expect(withUrl - without).toBeGreaterThan(50_000);
    expect(withDate - without).toBeLessThan(2_000);
  });

  test("the guest library itself mentions no Web API and no clock", async () => {
    const all =
      "allocate, Config, error, hostFunction, Http, input, inputJson, inputString, Memory, output, outputJson, outputString, Var";
    const { wasm } = await build(
      `import { ${all} } from "@mortise/pdk-js";\nexport function f() { return [${all}].length; }`,
    );
    const empty = (await build("export function f() {}")).wasm.length;
    expect(wasm.length - empty).toBeLessThan(40_000);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)));
    expect(imports.filter(({ module }) => module !== "extism:host/env")).toEqual([]);
  });

  test("minify and sourcemap: false make the plugin smaller, and it still works", async () => {
    const code = `import { output } from "@mortise/pdk-js";
      export function run() { const aVeryLongNameThatNobodyNeeds = "ok"; output(aVeryLongNameThatNobodyNeeds); }`;
    const full = await build(code);
    const small = await build(code, { minify: true, sourcemap: false });
    expect(valid(small.wasm)).toBe(true);
    expect(small.wasm.length).toBeLessThan(full.wasm.length);
    const plugin = await open(extism, small.wasm);
    expect(await plugin.text("run")).toBe("ok");
    await plugin.close();
  });

  test.each([{}, { entry: "a.ts", code: "x" }])("%j is misuse of the API", async (options) => {
    await expect(buildPlugin(options)).rejects.toThrow(TypeError);
  });
});
