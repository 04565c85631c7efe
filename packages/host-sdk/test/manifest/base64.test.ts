import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../src/manifest/base64.ts";

describe("decodeBase64", () => {
  test("gives back the bytes that were encoded, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
      }),
    );
  });

  test("accepts no text but the one that the bytes encode to", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AZaz09+/=-_ \n") }), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(Buffer.from(bytes).toString("base64")).toBe(text);
      }),
    );
  });

  test.each([
    ["AGFzb", "a length that is no multiple of four"],
    ["AGFzbQ", "missing padding"],
    ["AGFzbQ= ", "white space"],
    ["AGFz\nbQ==", "a line break"],
    ["AGF=bQ==", "padding in the middle"],
    ["A===", "too much padding"],
    ["====", "nothing but padding"],
    ["AGFzbR==", "unused bits that are not zero"],
    ["_-8=", "the URL alphabet"],
    ["ÄGFz", "letters outside ASCII"],
  ])("refuses %j: %s", (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  test("decodes a text of many megabytes", () => {
    const bytes = new Uint8Array(8 * 1024 * 1024 + 1).fill(7);
    expect(decodeBase64(Buffer.from(bytes).toString("base64"))?.length).toBe(bytes.length);
  });
});
