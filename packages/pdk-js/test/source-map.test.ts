import { mapStack, SOURCE_MAP_SECTION } from "@mortise/pdk-js/source-map";
import { beforeAll, describe, expect, test } from "vitest";
import { findCustomSection } from "../src/compiler/wasm/sections.ts";
import { build } from "./support/plugin.ts";

describe("mapStack", () => {
  let wasm: Uint8Array;
  beforeAll(async () => {
    ({ wasm } = await build("export function f() {\n  throw new Error('x');\n}"));
  });

  test("takes the plugin, the section's content or the map's text", () => {
    const section = findCustomSection(wasm, SOURCE_MAP_SECTION)!;
    const frame = "Error: x\n    at f (plugin.js:3:13)";
    const mapped = mapStack(frame, wasm);
    expect(mapped).toMatch(/^Error: x\n {4}at f \(plugin\.ts:2:\d+\)$/);
    expect(mapStack(frame, section)).toBe(mapped);
    expect(mapStack(frame, new TextDecoder().decode(section))).toBe(mapped);
  });

  test("the map names files, but carries no source text", () => {
    const map = JSON.parse(new TextDecoder().decode(findCustomSection(wasm, SOURCE_MAP_SECTION))) as Record<
      string,
      unknown
    >;
    expect(map["sources"]).toEqual(["plugin.ts"]);
    expect(map["sourcesContent"]).toBeUndefined();
  });

  test.each(["Error: x\n    at f (plugin.js:9999:1)", "plugin.js:0:0", "at g (other.js:1:1)", "no frames"])(
    "%j stays as it is",
    (stack) => {
      expect(mapStack(stack, wasm)).toBe(stack);
    },
  );

  test.each([
    Uint8Array.of(1, 2, 3),
    "not json",
    '{"version":3,"sources":["a"],"mappings":"!!!"}',
    '{"version":3,"sources":5,"mappings":"AAAA"}',
    '{"version":3,"sections":[{"offset":null}]}',
    "[]",
    new Uint8Array(0),
    undefined,
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 9),
  ])("a damaged map %j changes nothing and throws nothing", (source) => {
    expect(mapStack("at f (plugin.js:3:13)", source)).toBe("at f (plugin.js:3:13)");
  });
});
