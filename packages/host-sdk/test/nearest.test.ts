import { describe, expect, test } from "vitest";
import { nearest } from "../src/nearest.ts";

describe("nearest", () => {
  test.each([
    ["pth", ["path", "url", "data"], "path", "a missing letter"],
    ["paath", ["path", "url"], "path", "a letter too many"],
    ["psth", ["path", "url"], "path", "a wrong letter"],
    ["wams", ["wasm", "config"], "wasm", "two letters in the wrong order"],
    ["allowedhosts", ["allowed_paths", "allowedHosts"], "allowedHosts", "the wrong case"],
    ["max", ["max_pages", "timeout_ms"], "max_pages", "a beginning"],
    ["config_gets", ["config_get", "config_set"], "config_get", "two close candidates"],
    ["path", ["url", "path"], "path", "the word itself"],
  ])("%s among %j means %s: %s", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test.each([
    ["zzz", ["path", "url", "data"]],
    ["", ["path"]],
    ["path", []],
    ["timeout", ["config"]],
  ])("%j is close to none of %j", (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });

  test("does not compare words of a hostile length", () => {
    const long = "a".repeat(1_000_000);
    expect(nearest(long, [long, `${long}b`])).toBeUndefined();
  });
});
