import {
  array,
  bigInt,
  boolean,
  assert as check,
  constant,
  dictionary,
  double,
  integer,
  letrec,
  nat,
  oneof,
  property,
  string,
  uint8Array,
} from "fast-check";
import { Packr, pack, unpack, unpackMultiple } from "msgpackr";
import { beforeAll, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";
import { openPlugin, type TestPlugin, transfers } from "./support/plugin.ts";

let wasm: Uint8Array<ArrayBuffer>;
let plugin: TestPlugin;
beforeAll(async () => {
  wasm = await compileModule("msgpack", "--exportRuntime");
  plugin = openPlugin(wasm, "direct");
}, 60_000);

const packr = new Packr({ useRecords: false, int64AsType: "bigint" });
/** Integers that need 64 bits; the guest writes any other in a shorter format, which the host reads as a number. */
const wideInteger = oneof(
  bigInt({ min: 2n ** 32n, max: 2n ** 64n - 1n }),
  bigInt({ min: -(2n ** 63n), max: -(2n ** 31n) - 1n }),
);
const { value } = letrec((tie) => ({
  value: oneof(
    { depthSize: "small", withCrossShrink: true },
    constant(null),
    boolean(),
    double(),
    integer(),
    wideInteger,
    string({ unit: "binary" }),
    uint8Array(),
    array(tie("value")),
    dictionary(string(), tie("value"), { noNullPrototype: true }),
  ),
}));

describe.each(transfers)("values by %s transfer", (transfer) => {
  test("survive the way from the host to the guest and back", () => {
    const guest = openPlugin(wasm, transfer);
    check(
      property(value, (original) => {
        const packed = Uint8Array.from(packr.pack(original));
        expect(packr.unpack(guest.call("copyAll", packed))).toStrictEqual(packr.unpack(packed));
      }),
    );
  });
});

describe("formats", () => {
  const integers = [0n, 127n, 128n, 255n, 256n, 65_535n, 65_536n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n];

  test.each(integers)("%d keeps its value and its sign", (integer) => {
    expect(plugin.callText("readInt", plugin.call("writeInt", `${integer}`).slice())).toBe(`${integer}`);
    expect(plugin.callText("readUint", plugin.call("writeUint", `${integer}`).slice())).toBe(`${integer}`);
    const negative = -integer - 1n;
    expect(plugin.callText("readInt", plugin.call("writeInt", `${negative}`).slice())).toBe(`${negative}`);
  });

  test("integers take as few bytes as the specification allows", () => {
    const length = (name: string, integer: bigint) => plugin.call(name, `${integer}`).length;
    expect(integers.map((integer) => length("writeUint", integer))).toEqual([1, 1, 2, 2, 3, 3, 5, 5, 9, 9]);
    expect(
      [-1n, -32n, -33n, -128n, -129n, -32_768n, -32_769n, -(2n ** 31n), -(2n ** 31n) - 1n].map((integer) =>
        length("writeInt", integer),
      ),
    ).toEqual([1, 1, 2, 2, 3, 3, 5, 5, 9]);
  });

  test("integers in a wider format than they need are read", () => {
    expect(plugin.callText("readInt", Uint8Array.of(0xcf, 0, 0, 0, 0, 0, 0, 0, 5))).toBe("5");
    expect(plugin.callText("readUint", Uint8Array.of(0xd3, 0, 0, 0, 0, 0, 0, 0, 5))).toBe("5");
    expect(plugin.callText("readInt", Uint8Array.of(0xd1, 0xff, 0xfe))).toBe("-2");
  });

  test("a float is read from every number format", () => {
    for (const number of [3, -3, 200, -200, 1e6, 1.5, 2 ** 40]) {
      expect(Number(plugin.callText("readFloat", pack(number)))).toBe(number);
    }
    expect(plugin.callText("readFloat", Uint8Array.of(0xca, 0x3f, 0xc0, 0, 0))).toBe("1.5");
    expect(unpack(plugin.call("writeFloat32"))).toBe(1.5);
  });

  test.each([0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536])(
    "containers of %d items keep their content",
    (count) => {
      const numbers = Array.from({ length: count }, (_, index) => index);
      for (const original of [
        numbers,
        new Map(numbers.map((index) => [index, null])),
        "x".repeat(count),
        new Uint8Array(count).fill(7),
      ]) {
        const packed = new Packr({ useRecords: false, mapsAsObjects: false }).pack(original);
        expect(Uint8Array.from(plugin.call("copyAll", packed))).toEqual(Uint8Array.from(packed));
      }
    },
  );

  test.each([0, 1, 2, 3, 4, 8, 15, 16, 17, 255, 256, 65_535, 65_536])(
    "an extension of %d bytes keeps its type",
    (size) => {
      const extension = extensionOf(-5, size);
      expect(plugin.call("copyAll", extension)).toEqual(extension);
    },
  );

  test("a timestamp survives", () => {
    const moment = new Date("2026-11-20T12:34:56.789Z");
    expect(unpack(plugin.call("copyAll", pack(moment)))).toEqual(moment);
  });

  test("several values may follow each other", () => {
    const packed = Buffer.concat([pack(1), pack("zwei"), pack([3])]);
    expect(unpackMultiple(plugin.call("copyAll", packed))).toEqual([1, "zwei", [3]]);
  });
});

describe("skip", () => {
  test("passes over any one value", () => {
    check(
      property(value, nat(3), (original, rest) => {
        const packed = Buffer.concat([packr.pack(original), Buffer.alloc(rest)]);
        expect(plugin.callText("skipOne", packed)).toBe(`${rest}`);
      }),
    );
  });

  test("does not recurse, however deep the value is nested", () => {
    const nested = new Uint8Array(1_000_001).fill(0x91);
    nested[1_000_000] = 0xc0;
    expect(plugin.callText("skipOne", nested)).toBe("0");
  });
});

describe("bytes that are not what they should be", () => {
  test("every value that breaks off is refused", () => {
    const packed = packr.pack({
      a: [1.5, "text", new Uint8Array(3), 2n ** 60n],
      b: new Date(),
      c: [null, true],
    });
    for (let length = 1; length < packed.length; length++) {
      expectRefusal("copyAll", packed.subarray(0, length), /^MessagePack: .* at byte \d+/);
      expectRefusal("skipOne", packed.subarray(0, length), /^MessagePack: .* at byte \d+/);
    }
  });

  test.each([
    ["a string of 4 GiB", [0xdb, 0xff, 0xff, 0xff, 0xff, 1]],
    ["bytes of 4 GiB", [0xc6, 0xff, 0xff, 0xff, 0xff, 1]],
    ["an array of 2^32 - 1 values", [0xdd, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a map of 2^31 pairs", [0xdf, 0x80, 0, 0, 0, 1]],
    ["an extension of 4 GiB", [0xc9, 0xff, 0xff, 0xff, 0xff, 1, 1]],
  ])("%s that are not there allocate nothing", (_, bytes) => {
    const pages = plugin.memoryPages();
    for (const name of ["copyAll", "skipOne"])
      expectRefusal(name, Uint8Array.from(bytes), /the bytes break off/);
    expect(plugin.memoryPages()).toBe(pages);
  });

  test.each([
    ["readInt", [0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0], /the integer is too large for i64/],
    ["readUint", [0xff], /the integer is negative/],
    ["readUint", [0xc0], /expected an integer, found nil/],
    ["readInt", [0xa1, 0x61], /expected an integer, found a string/],
    ["readFloat", [0xc3], /expected a float, found a boolean/],
    ["readString", [0x01], /expected a string, found an integer/],
    ["readString", [], /expected a string, found the end/],
    ["skipOne", [0xc1], /expected a boolean, found an invalid byte/],
  ])("%s of %j is refused", (name, bytes, message) => {
    expectRefusal(name, Uint8Array.from(bytes), message);
  });

  test("no input makes the reader run away", () => {
    check(
      property(uint8Array({ maxLength: 50 }), (bytes) => {
        try {
          plugin.call("copyAll", bytes);
        } catch {
          expect(plugin.model.error).toMatch(/^MessagePack: /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function expectRefusal(name: string, bytes: Uint8Array, message: RegExp): void {
  expect(() => plugin.call(name, bytes)).toThrow(WebAssembly.RuntimeError);
  expect(plugin.model.error).toMatch(message);
}

function extensionOf(type: number, size: number): Uint8Array {
  const fixed = [1, 2, 4, 8, 16].indexOf(size);
  let head = [0xc9, size >>> 24, size >>> 16, size >>> 8, size];
  if (fixed >= 0) head = [0xd4 + fixed];
  else if (size < 256) head = [0xc7, size];
  else if (size < 65_536) head = [0xc8, size >>> 8, size];
  return Uint8Array.from([...head, type, ...new Uint8Array(size).fill(9)]);
}
