import fc from "fast-check";
import { expect, test } from "vitest";
import { segments } from "../../src/compiler/snapshot.ts";

test("the segments rebuild the image, and none begins or ends with zero", () => {
  const run = fc.tuple(fc.nat(40), fc.uint8Array({ minLength: 1, maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), fc.nat(40), (runs, tail) => {
      const image = Uint8Array.from([
        ...runs.flatMap(([zeros, bytes]) => [...new Array<number>(zeros).fill(0), ...bytes]),
        ...new Array<number>(tail).fill(0),
      ]);
      const rebuilt = new Uint8Array(image.length);
      for (const { offset, bytes } of segments(image)) {
        expect(bytes[0]).not.toBe(0);
        expect(bytes.at(-1)).not.toBe(0);
        rebuilt.set(bytes, offset);
      }
      expect(rebuilt).toEqual(image);
    }),
  );
});
