import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const folder = new URL("./", import.meta.url);
const table = readFileSync(new URL("README.md", folder), "utf8");

interface Row {
  readonly attack: string;
  readonly file: string;
  readonly name: string;
}

/** Rows whose last column links a file, followed by the name of a test in it. */
const rows: Row[] = table
  .split("\n")
  .filter((line) => /^\| .*\]\(/.test(line))
  .map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const place = /^\[[^\]]+\]\(([^)]+)\): (.+)$/.exec(cells[3] ?? "");
    return { attack: cells[1] ?? "", file: place?.[1] ?? "", name: place?.[2] ?? "" };
  });

/** Tests by what stands in the source behind `attack(`, `waitingAttack(`, `test(` and `test.each(…)(`. */
const DECLARATION =
  /(?:attack|waitingAttack|test|test\.runIf\([^)]*\)|\](?:\))?\)|pairs\)|PLACES\))\(\s*"([^"]+)"/g;

function testsOf(file: string): string[] {
  const source = readFileSync(new URL(file, folder), "utf8");
  return [...source.matchAll(DECLARATION)].map(([, name]) =>
    (name as string).replace(/ \((in|caller in) a.*\)$/, ""),
  );
}

describe("the table of attacks", () => {
  test("has rows", () => {
    expect(rows.length).toBeGreaterThan(60);
  });

  test.each(rows)("$attack: is tested where it says", ({ file, name }) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    // A quoted string of the source, so that a test's name in a comment does not do.
    expect(source.includes(`"${name}`) || source.includes(`\`${name}`)).toBe(true);
  });

  test("lists every test of this folder", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts") && file !== "table.test.ts");
    const listed = new Set(rows.map(({ file, name }) => `${file}: ${name}`));
    const missing = files
      .flatMap((file) => testsOf(file).map((name) => `${file}: ${name}`))
      .filter((entry) => !listed.has(entry));
    expect(missing).toEqual([]);
  });
});
