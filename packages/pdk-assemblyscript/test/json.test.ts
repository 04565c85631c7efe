import { assert as check, dictionary, property, string } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";
import { openPlugin, type TestPlugin } from "./support/plugin.ts";

let plugin: TestPlugin;
beforeAll(async () => {
  plugin = openPlugin(await compileModule("json", "--exportRuntime"), "direct");
}, 60_000);

const text = string({ unit: "binary", maxLength: 20 });
const awkward = ['"', "\\", "\n\r\t\b\f", "\u0000\u001f", "/", "\u2028", "ö🎉", ""];

describe("quote", () => {
  test.each(awkward)("writes %j as JSON reads it", (value) => {
    expect(JSON.parse(plugin.callText("quoted", value))).toBe(value);
  });

  test("writes any text as JSON reads it", () => {
    check(
      property(text, (value) => {
        expect(JSON.parse(plugin.callText("quoted", value))).toBe(value);
      }),
    );
  });
});

describe("parseStringMap", () => {
  test.each([
    "{}",
    ' \t{ "a" : "b" ,\r\n "c":"" } ',
    '{"\\"\\\\\\/\\b\\f\\n\\r\\t":"\\u00e9\\uD83C\\uDF89\\u005A"}',
  ])("reads %s", (json) => {
    expect(JSON.parse(plugin.callText("rewritten", json))).toEqual(JSON.parse(json));
  });

  test("reads what JSON.stringify writes", () => {
    check(
      property(dictionary(text, text, { noNullPrototype: true }), (entries) => {
        const json = JSON.stringify(entries);
        expect(JSON.parse(plugin.callText("rewritten", json))).toEqual(JSON.parse(json));
      }),
    );
  });

  test.each([
    "",
    "{",
    "[]",
    '{"a"}',
    '{"a":1}',
    '{"a":"b",}',
    '{"a":"b"',
    '{"a":"b"}x',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"\n"}',
    '{"a":null}',
    '{"a":{}}',
    '{a:"b"}',
    '{"a":"b" "c":"d"}',
    "\u000b{}",
  ])("refuses %j with the position", (json) => {
    expect(() => plugin.call("rewritten", json)).toThrow(WebAssembly.RuntimeError);
    expect(plugin.model.error).toMatch(/^expected a JSON object of strings; it breaks off at position \d+ /);
  });
});
