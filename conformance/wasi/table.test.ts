import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("./", import.meta.url);

/** Rows of the table of attacks: their last column links a file, followed by the name of a test in it. */
const rows = readFileSync(new URL("README.md", folder), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, attack = "", file = "", name = ""] = /^\| (.+?) +\|.*\]\(([^)]+)\): (.+?) +\|$/.exec(line) ?? [];
    return name === "" ? [] : [{ attack, file, name }];
  });

describe("the table of attacks through WASI", () => {
  it("has a row for each attack", () => {
    expect(rows.length).toBeGreaterThan(45);
  });

  it.each(rows)("$attack: is tested where it says", ({ file, name }) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    // A quoted string of the source, so that a test's name in a comment does not do.
    expect(['"', "`"].some((quote) => source.includes(quote + name + quote))).toBe(true);
  });
});
