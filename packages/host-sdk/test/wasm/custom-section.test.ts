import { expect, test } from "vitest";
import { customSection } from "../../src/wasm/custom-section.ts";
import { binary, customBody, rawBinary } from "./support/binary.ts";
import { expectPluginError } from "./support/expect-error.ts";

test("gives the contents after the name, of the first section with that name", () => {
  const module = binary(
    [0, ...customBody("b", 9)],
    [0, ...customBody("a", 1, 2)],
    [5, 0],
    [0, ...customBody("a", 3)],
  );
  expect(customSection(module, "a")).toEqual(Uint8Array.of(1, 2));
});

test("gives nothing for a name that does not occur", () => {
  expect(customSection(binary([0, ...customBody("a", 1)]), "A")).toBeUndefined();
});

test("gives an empty section as empty bytes", () => {
  expect(customSection(binary([0, ...customBody("")]), "")).toEqual(new Uint8Array());
});

test("agrees with the engine", () => {
  const module = binary([0, ...customBody("é", 5, 6)]);
  const [theirs] = WebAssembly.Module.customSections(new WebAssembly.Module(module), "é");
  expect(customSection(module, "é")).toEqual(new Uint8Array(theirs!));
});

test("refuses bytes that are not made of sections", () => {
  expectPluginError(() => customSection(rawBinary(0, 9), "a"), "MODULE_INVALID");
});
