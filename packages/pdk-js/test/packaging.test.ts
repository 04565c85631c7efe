import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const packages = fileURLToPath(new URL("../../", import.meta.url));

/** The plugin and the application of the README's first page. */
const PLUGIN = `import { inputString, output } from "@mortise/pdk-js";

export function greet() {
  output(\`Hello, \${inputString()}!\`);
}
`;
const APP = `import { createPlugin } from "@mortise/host-sdk";

const plugin = await createPlugin("plugin.wasm");
console.log((await plugin.call("greet", "Ada")).text());
await plugin.close();
`;

let folder = "";
let project = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortise-pack-"));
  project = join(folder, "project");
  await mkdir(project);
  for (const name of ["pdk-js", "host-sdk"]) {
    await run("pnpm", ["pack", "--pack-destination", folder], { cwd: join(packages, name) });
  }
  const tarballs = (await readdir(folder))
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(folder, name));
  await writeFile(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }');
  await writeFile(join(project, "plugin.ts"), PLUGIN);
  await writeFile(join(project, "app.js"), APP);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...tarballs], { cwd: project });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("an empty project with the packed packages", () => {
  test("gets from a TypeScript file to a called plugin with the README's commands, and no install script", async () => {
    const built = await run("npx", ["mortise-js", "build", "plugin.ts"], { cwd: project });
    expect(built.stdout).toContain("exports: greet");
    const called = await run(process.execPath, ["app.js"], { cwd: project });
    expect(called.stdout).toBe("Hello, Ada!\n");
  }, 30_000);

  test("holds what it needs to run, and no sources or tests", async () => {
    const installed = join(project, "node_modules/@mortise/pdk-js");
    const top = (await readdir(installed)).filter((name) => name !== "node_modules").sort();
    expect(top).toEqual(["LICENSE", "README.md", "bin", "dist", "package.json"]);
    expect(await readdir(join(installed, "dist"))).toEqual(
      expect.arrayContaining(["engine.wasm", "THIRD-PARTY-LICENCES.txt"]),
    );
  });

  test("gives authors the types of the guest library", async () => {
    await writeFile(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: "nodenext",
          target: "es2023",
          lib: ["es2023", "webworker"],
          types: [],
          skipLibCheck: false,
        },
        files: ["plugin.ts", "typed.ts"],
      }),
    );
    await writeFile(
      join(project, "typed.ts"),
      `import { hostFunction, Config, inputJson } from "@mortise/pdk-js";
const greet = hostFunction("extism:host/user", "greet", { params: ["text", "i64"], result: "json" });
export function run(): void {
  const name: string | null = Config.get("name");
  // @ts-expect-error the second argument is a bigint
  greet(name ?? "", 5);
  const got: { a: number } = inputJson<{ a: number }>();
  void greet(String(got.a), 5n);
}
`,
    );
    const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    await expect(run(process.execPath, [tsc, "-p", project])).resolves.toMatchObject({ stdout: "" });
  }, 30_000);
});
