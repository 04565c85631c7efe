import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "../../src/wasm/byte-reader.ts";
import { ByteWriter } from "../../src/wasm/writer.ts";

test("what is written as an unsigned 32-bit number is read back", () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (value) => {
      const reader = new ByteReader(new ByteWriter().unsigned(value).take());
      expect(reader.u32("a number")).toBe(value);
      expect(reader.remaining).toBe(0);
    }),
  );
});

test("what is written as an unsigned 64-bit number is read back", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
      const reader = new ByteReader(new ByteWriter().unsigned(value).take());
      expect(reader.u64("a number")).toBe(value);
      expect(reader.remaining).toBe(0);
    }),
  );
});

test("the engine reads signed numbers as they were written", () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
      const global = new ByteWriter().bytes([1, 0x7e, 0, 0x42]).signed(value).byte(0x0b).take();
      const module = new ByteWriter()
        .bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
        .section(6, global)
        .section(7, [1, 1, 0x67, 3, 0])
        .take();
      const { g } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
      expect((g as WebAssembly.Global).value).toBe(value);
    }),
  );
});

test("signed numbers of every length are passed over whole", () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
      const reader = new ByteReader(new ByteWriter().signed(value).take());
      reader.skipSigned(64, "a number");
      expect(reader.remaining).toBe(0);
    }),
  );
});

test("a writer grows to what is appended, and its result is a copy", () => {
  const writer = new ByteWriter().bytes(new Uint8Array(1000).fill(1)).name("é");
  const taken = writer.take();
  writer.byte(5);
  expect(taken.length).toBe(1003);
  expect([...taken.subarray(999)]).toEqual([1, 2, 0xc3, 0xa9]);
  expect(writer.length).toBe(1004);
});

test("a negative unsigned number is misuse", () => {
  expect(() => new ByteWriter().unsigned(-1)).toThrow(TypeError);
});
