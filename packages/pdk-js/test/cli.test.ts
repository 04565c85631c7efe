import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/mortise-js.js", import.meta.url));
const PLUGIN = 'import { output } from "@mortise/pdk-js";\nexport function run() { output("one"); }\n';

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortise-cli-"));
  await writeFile(join(folder, "plugin.ts"), PLUGIN);
  await writeFile(join(folder, "broken.ts"), "export function run() {\n  return (;\n}\n");
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], { cwd: folder }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe("mortise-js", { timeout: 30_000 }, () => {
  test("build writes the plugin beside its source and says what is in it", async () => {
    const { code, stdout } = await run("build", "plugin.ts");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plugin\.wasm {2}\d+ KB, \d+ KB gzipped, in \d+ ms\n {2}exports: run\n$/);
    expect(WebAssembly.validate(new Uint8Array(await readFile(join(folder, "plugin.wasm"))))).toBe(true);
  });

  test("-o, --minify and --no-sourcemap are obeyed", async () => {
    expect((await run("build", "plugin.ts", "-o", "full.wasm", "--sourcemap")).code).toBe(0);
    expect((await run("build", "plugin.ts", "-o", "small.wasm", "--minify", "--no-sourcemap")).code).toBe(0);
    const [full, small] = await Promise.all(
      ["full.wasm", "small.wasm"].map((file) => readFile(join(folder, file))),
    );
    expect(full!.includes("mortise.sourcemap")).toBe(true);
    expect(small!.includes("mortise.sourcemap")).toBe(false);
  });

  test("an error in the source goes to standard error with its place, and the exit code is 1", async () => {
    const { code, stdout, stderr } = await run("build", "broken.ts");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe('error: broken.ts:2:11: Unexpected ";"\n');
  });

  test("--help and no arguments print the help", async () => {
    const help = await run("--help");
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("mortise-js build <plugin.ts>");
    expect((await run()).stdout).toBe(help.stdout);
  });

  test.each([
    ["frobnicate"],
    ["build"],
    ["build", "a.ts", "b.ts"],
    ["build", "a.ts", "--nope"],
    ["build", "a.ts", "--timeout", "soon"],
  ])("%s %s is an error of the command line, with exit code 2", async (...args) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('Try "mortise-js --help".');
  });

  test("--watch builds again when a file changes, and survives an error in it", async () => {
    const file = join(folder, "watched.ts");
    await writeFile(file, PLUGIN);
    const child = spawn(process.execPath, [bin, "build", "watched.ts", "--watch"], { cwd: folder });
    try {
      const said = collect(child);
      await said.next((line) => line.startsWith("watched.wasm"));
      await writeFile(file, "export function run( {\n");
      await said.next((line) => line.startsWith("error: watched.ts:"));
      await writeFile(file, PLUGIN.replace("run", "renamed"));
      await said.next((line) => line.includes("exports: renamed"));
    } finally {
      child.kill();
      await once(child, "exit");
    }
  });
});

/** Waits for a line that a process writes to either stream. */
function collect(child: ChildProcess): { next(matches: (line: string) => boolean): Promise<string> } {
  const lines: string[] = [];
  let wake = (): void => {};
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      wake();
    });
  }
  return {
    async next(matches) {
      for (;;) {
        const at = lines.findIndex(matches);
        if (at >= 0) return lines.splice(0, at + 1).at(-1)!;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
