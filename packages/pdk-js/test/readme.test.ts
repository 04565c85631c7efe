import { expect, test } from "vitest";
import { costTable, documentedCosts } from "../scripts/costs.mjs";

interface Cost {
  readonly name: string;
  readonly kilobytes: readonly number[];
}

function parse(table: string): Cost[] {
  const lines = table.trim().split("\n").slice(2);
  return lines.map((line) => {
    const [name = "", ...sizes] = line.split("|").slice(1, -1);
    return { name: name.trim(), kilobytes: sizes.map((size) => Number.parseInt(size.replace("+", ""), 10)) };
  });
}

test("the README's table of costs is the one that the script measures", { timeout: 30_000 }, async () => {
  const measured = parse(await costTable());
  const documented = parse(documentedCosts());
  expect(documented.map(({ name }) => name)).toEqual(measured.map(({ name }) => name));
  // Every release of zlib compresses a little differently, which may turn a rounded kilobyte.
  for (const [row, { name, kilobytes }] of documented.entries()) {
    for (const [column, size] of kilobytes.entries()) {
      expect(Math.abs(size - measured[row]!.kilobytes[column]!), name).toBeLessThanOrEqual(2);
    }
  }
});
