import { describe, expect, test } from "vitest";
import { PROGRAMS, type Program } from "./programs/index.ts";
import { comparable, endingOf, ours, theirs } from "./sdks.ts";

async function expectSameEnding(program: Program, runInWorker: boolean): Promise<void> {
  const expected = await endingOf(() => program.run(theirs, false));
  const actual = await endingOf(() => program.run(ours, runInWorker));
  if (program.ownMessage && "error" in expected) {
    expect("error" in actual, String(Object.values(actual)[0])).toBe(true);
  } else {
    expect(comparable(actual)).toEqual(comparable(expected));
  }
}

describe("a program for @extism/extism ends the same with this package", () => {
  test.each(PROGRAMS)("it $name", (program) => expectSameEnding(program, false));
});

describe("a program for @extism/extism ends the same with this package in a worker", () => {
  const anywhere = PROGRAMS.filter(({ threadOnly, name }) => !threadOnly && name !== "gives its instance");
  test.each(anywhere)("it $name", (program) => expectSameEnding(program, true));
});
