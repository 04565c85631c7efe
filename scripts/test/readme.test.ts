import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts = (
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> }
).scripts;

/** The lines of all shell blocks, in order. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);

/** The files that the README has its reader write. */
const files = [...readme.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)].map(
  ([, path = "", text = ""]) => ({ path, text }),
);

const inThisRepository = (command: string) => /^npm (?:run \w+|test)\b/.test(command);

const work = mkdtempSync(join(tmpdir(), "mortise-readme-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Packs a package as it would be published, and returns the tarball's path. */
function pack(folder: string): string {
  const target = join(work, "tarballs", folder);
  mkdirSync(target, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", target], {
    cwd: join(root, "packages", folder),
  });
  return join(target, readdirSync(target)[0] as string);
}

describe("the README's five minutes", () => {
  const project = join(work, "project");
  const printed: string[] = [];

  beforeAll(() => {
    mkdirSync(project);
    for (const { path, text } of files) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    const tarballs: Record<string, string> = {
      "@mortise/host-sdk": pack("host-sdk"),
      "@mortise/pdk-assemblyscript": pack("pdk-assemblyscript"),
    };
    for (const command of commands.filter((line) => !inThisRepository(line))) {
      const [program = "", ...words] = command.split(" ").map((word) => tarballs[word] ?? word);
      const quiet = program === "npm" ? ["--silent"] : [];
      printed.push(execFileSync(program, [...words, ...quiet], { cwd: project, encoding: "utf8" }));
    }
  });

  it("lead from nothing to a greeting, with the packages as they are published", () => {
    expect(printed.at(-1)).toBe("Grüß Gott, Wörld!\n");
  });

  it("name only scripts that this repository has", () => {
    const named = [...readme.matchAll(/npm (?:run (\w+)|(test))\b/g)].map(
      ([, script, test]) => script ?? test ?? "",
    );
    expect(named.length).toBeGreaterThan(2);
    for (const script of named) expect(scripts).toHaveProperty([script]);
  });
});

describe("npm run demo", () => {
  it("runs every example and shows what came out", () => {
    const output = execFileSync(process.execPath, ["examples/demo.mjs"], { cwd: root, encoding: "utf8" });
    expect(output).toMatch(/README\.md \(\d+ bytes\) → \d+ of "aeiouAEIOU", \d+ so far/);
    expect(output).toContain('welcome "21 Zoë" → "Good evening, Zoë!"');
    expect(output).toMatch(/visit Ada → "Welcome(?: back)?, Ada/);
    expect(output).toContain("author.model, book.model → author.ts, book.ts");
    expect(output).toContain("4 examples ran.");
  });
});

describe("the documents' links", () => {
  it("lead to files that are there", () => {
    for (const name of ["README.md", "ARCHITECTURE.md", "RATIONALE.md", "CONTRIBUTING.md"]) {
      const text = readFileSync(join(root, name), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        expect(() => readdirOrFile(join(root, target)), `${name} → ${target}`).not.toThrow();
      }
    }
  });
});

function readdirOrFile(path: string): void {
  try {
    readFileSync(path);
  } catch {
    readdirSync(path);
  }
}
