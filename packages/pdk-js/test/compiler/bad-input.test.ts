import { describe, expect, test } from "vitest";
import { build, buildFailure } from "../support/plugin.ts";

describe("a source that cannot become a plugin", () => {
  test("a syntax error is reported with file, line and column", async () => {
    const { problems } = await buildFailure("export function f() {\n  let x = ;\n}");
    expect(problems).toEqual([{ message: 'Unexpected ";"', file: "plugin.ts", line: 2, column: 11 }]);
  });

  test("an import that does not exist is reported where it stands", async () => {
    const { problems } = await buildFailure('\nimport { x } from "./nope.ts";\nexport function f() { x(); }');
    expect(problems[0]).toMatchObject({ message: 'Could not resolve "./nope.ts"', line: 2, column: 19 });
  });

  test("an import of a Node module is a build error, not a surprise at run time", async () => {
    const { message } = await buildFailure(
      'import { readFileSync } from "node:fs";\nexport function f() { readFileSync("x"); }',
    );
    expect(message).toMatch(/^plugin\.ts:1:30: Could not resolve "node:fs"/);
  });

  test("a top-level throw is reported where it was thrown", async () => {
    const { problems } = await buildFailure(
      '\nfunction start() {\n  throw new TypeError("no");\n}\nstart();\nexport function f() {}',
    );
    expect(problems).toEqual([{ message: "TypeError: no", file: "plugin.ts", line: 3, column: 13 }]);
  });

  test("a top-level await that rejects is a build error", async () => {
    const { message } = await buildFailure(
      'await Promise.reject(new Error("late"));\nexport function f() {}',
    );
    expect(message).toContain("Error: late");
  });

  test("a rejected promise that nobody handles at top level is a build error", async () => {
    const { message } = await buildFailure('Promise.reject(new Error("lost"));\nexport function f() {}');
    expect(message).toContain("Error: lost");
  });

  test("a top-level await that cannot settle is a build error", async () => {
    const { message } = await buildFailure("await new Promise(() => {});\nexport function f() {}");
    expect(message).toContain("never settles");
  });

  test("an endless loop at top level meets the build timeout, and the error says where", async () => {
    const { problems } = await buildFailure("let n = 0;\nwhile (true) {\n  n++;\n}\nexport function f() {}", {
      timeoutMs: 100,
    });
    expect(problems[0]!.message).toContain("more than 100 ms");
    expect(problems[0]!.file).toBe("plugin.ts");
    expect([2, 3]).toContain(problems[0]!.line);
  });

  test("endless recursion at top level is an ordinary error", async () => {
    const { message } = await buildFailure(
      "function down(): number { return down() + 1; }\ndown();\nexport function f() {}",
    );
    expect(message).toContain("RangeError: Maximum call stack size exceeded");
  });

  test.each([
    ["export const limit = 3;", 'export "limit" is a number, not a function'],
    ["export const list = [1];", 'export "list" is an array, not a function'],
    ["export let nothing;", 'export "nothing" is undefined, not a function'],
    ["export class Thing {}", 'export "Thing" is a class, which cannot be called'],
    ["export function* many() {}", 'export "many" is a generator, which no host can drive'],
    ["export default { run() {} };", 'export "default" is an object, not a function'],
  ])("%s names the export", async (code, message) => {
    expect((await buildFailure(code)).problems).toEqual([{ message }]);
  });

  test("every export that is wrong is named, not only the first", async () => {
    const { problems } = await buildFailure("export const a = 1, b = 2;\nexport function f() {}");
    expect(problems.map(({ message }) => message)).toEqual([
      'export "a" is a number, not a function',
      'export "b" is a number, not a function',
    ]);
  });

  test.each(["memory", "mortise_direct", "__indirect_function_table", "_initialize", "_start", "table"])(
    "an export called %s would clash with the engine's",
    async (name) => {
      const { message } = await buildFailure(`export function ${name}() {}`);
      expect(message).toBe(`export "${name}" has a name that every plugin uses itself`);
    },
  );

  test("two exports of one name are an error of the source", async () => {
    const { message } = await buildFailure("function a() {}\nexport { a as x };\nexport { a as x };");
    expect(message).toMatch(/^plugin\.ts:3:\d+: Multiple exports with the same name "x"/);
  });

  test("a plugin without exports is refused", async () => {
    expect((await buildFailure("const x = 1;")).message).toContain("exports no function");
  });

  test.each([
    ['import { Config } from "@mortise/pdk-js";\nConfig.get("a");', "Config.get()"],
    ['import { Var } from "@mortise/pdk-js";\nVar.get("a");', "Var.get()"],
    ['import { Var } from "@mortise/pdk-js";\nVar.set("a", "b");', "Var.set()"],
    [
      'import { Http } from "@mortise/pdk-js";\nHttp.request("https://example.com");',
      "Http.request() or fetch()",
    ],
    ['import { input } from "@mortise/pdk-js";\ninput();', "input()"],
    ['import { output } from "@mortise/pdk-js";\noutput("x");', "output()"],
    ['\nawait fetch("https://example.com/");', "Http.request() or fetch()"],
  ])("%j at top level is a build error with its place", async (code, what) => {
    const { problems } = await buildFailure(`${code}\nexport function f() {}`);
    expect(problems[0]).toMatchObject({ file: "plugin.ts", line: 2 });
    expect(problems[0]!.message).toBe(
      `${what} cannot be used at top level: that code runs when the plugin is built, so call it inside an exported function`,
    );
  });

  test("catching the error does not get top-level code past it", async () => {
    const code =
      'import { Config } from "@mortise/pdk-js";\ntry { Config.get("a"); } catch {}\nexport function f() {}';
    expect((await buildFailure(code)).message).toContain("Config.get() cannot be used at top level");
  });

  test("a timer at top level is a build error", async () => {
    const { message } = await buildFailure("setTimeout(() => {}, 1);\nexport function f() {}");
    expect(message).toContain("setTimeout() cannot be used at top level");
  });

  test("a host function that is called at top level is a build error", async () => {
    const code = `import { hostFunction } from "@mortise/pdk-js";
const now = hostFunction("ns", "now", { result: "i64" });
now();
export function f() {}`;
    const { message } = await buildFailure(code);
    expect(message).toContain("TypeError: host function ns.now cannot be called at top level");
  });

  test("more host functions than an engine has slots for are refused", async () => {
    const code = `import { hostFunction } from "@mortise/pdk-js";
      for (let n = 0; n < 65; n++) hostFunction("ns", "f" + n);
      export function f() {}`;
    expect((await buildFailure(code)).message).toBe(
      "the plugin declares 65 host functions; at most 64 are possible",
    );
  });

  test("one host function with two signatures is refused", async () => {
    const code = `import { hostFunction } from "@mortise/pdk-js";
      hostFunction("ns", "f", { params: ["i32"] });
      hostFunction("ns", "f", { params: ["i64"] });
      export function f() {}`;
    expect((await buildFailure(code)).message).toContain(
      "host function ns.f is declared twice with different signatures",
    );
  });
});

describe("what is frozen into the plugin", () => {
  test("reading the date at top level is a warning with its place", async () => {
    const { warnings } = await build(
      "\nconst started = Date.now();\nexport function f() { return started; }",
    );
    expect(warnings).toEqual([
      {
        message:
          "top-level code reads the clock: it runs when the plugin is built, so every instance would see the same value",
        file: "plugin.ts",
        line: 2,
        column: 22,
      },
    ]);
  });

  test.each(["Math.random()", "crypto.randomUUID()", "crypto.getRandomValues(new Uint8Array(4))"])(
    "%s at top level is a warning",
    async (code) => {
      const { warnings } = await build(`const r = ${code};\nexport function f() { r; }`);
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining("reads random numbers"),
      ]);
      expect(warnings[0]).toMatchObject({ file: "plugin.ts", line: 1 });
    },
  );

  test("reading them inside an export is no warning", async () => {
    expect(
      (await build("export function f() { return (Date.now() + Math.random()) | 0; }")).warnings,
    ).toEqual([]);
  });

  test("what top-level code writes to the console comes back as log lines", async () => {
    const { logs } = await build('console.warn("built", { at: 1 });\nexport function f() {}');
    expect(logs).toEqual([{ level: "warn", text: "built { at: 1 }" }]);
  });
});
