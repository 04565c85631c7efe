import { describe, test } from "vitest";
import { describeModule } from "../../src/wasm/describe.ts";
import { binary, customBody, rawBinary, wat } from "./support/binary.ts";
import { expectPluginError } from "./support/expect-error.ts";

const FUNCTION_TYPE = [1, 1, 0x60, 0, 0] as const;
const utf8 = (text: string) => new TextEncoder().encode(text);

describe("bytes that are not a core module", () => {
  test("an empty file is called empty", () => {
    expectPluginError(() => describeModule(new Uint8Array()), "MODULE_INVALID", "there are no bytes");
  });

  test("a web page is shown by its first characters", () => {
    const page = utf8("\n<!DOCTYPE html><html><title>404 Not Found</title>");
    expectPluginError(() => describeModule(page), "MODULE_INVALID", "web page", "<!DOCTYPE html>");
  });

  test("other text is shown by its first characters", () => {
    expectPluginError(() => describeModule(utf8("404: Not Found")), "MODULE_INVALID", '"404: Not Found"');
  });

  test("what is shown of a text is short and cannot disguise the message", () => {
    const text = `\u202e${"x".repeat(30)}`;
    expectPluginError(() => describeModule(utf8(text)), "MODULE_INVALID", `"?${"x".repeat(30)}"`);
    const name = [0x7f, ...Array<number>(127).fill(0x78)];
    const twice = binary([5, 1, 0, 0], [7, 2, ...name, 2, 0, ...name, 2, 0]);
    expectPluginError(() => describeModule(twice), "MODULE_INVALID", `"${"x".repeat(60)}…" twice`);
  });

  test("other bytes are shown as numbers", () => {
    const gzip = Uint8Array.of(0x1f, 0x8b, 0x08, 0x00);
    expectPluginError(() => describeModule(gzip), "MODULE_INVALID", "1f 8b 08 00");
  });

  test("a component is called a component", () => {
    const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
    expectPluginError(() => describeModule(component), "MODULE_INVALID", "component, not a core module");
  });

  test("another version is refused", () => {
    const future = Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0);
    expectPluginError(() => describeModule(future), "MODULE_INVALID", "version", "byte 4");
  });

  test("the magic number alone is refused", () => {
    expectPluginError(() => describeModule(Uint8Array.of(0, 0x61, 0x73, 0x6d)), "MODULE_INVALID", "version");
  });

  test("every proper prefix of a module ends at a section or is refused", () => {
    const module = wat(`(module
      (import "a" "b" (func (param i32)))
      (memory (export "memory") 1) (table 1 funcref)
      (func (export "run") (call 0 (i32.const 1))))`);
    const ends = new Set<number>([8]);
    for (let at = 8; at < module.length; ) {
      at += 2 + module[at + 1]!; // each section here is shorter than 128 bytes
      ends.add(at);
    }
    for (let length = 0; length < module.length; length++) {
      if (!ends.has(length)) {
        expectPluginError(() => describeModule(module.subarray(0, length)), "MODULE_INVALID");
      }
    }
  });
});

describe("malformed modules", () => {
  test.each<[string, Uint8Array, string]>([
    ["a section beyond the end", rawBinary(5, 4, 1, 0, 1), "needs 4 bytes where 3 are left"],
    ["a section without a size", rawBinary(5), "ends inside the size"],
    ["a section size of six bytes", rawBinary(0, 0x82, 0x80, 0x80, 0x80, 0x80, 0x00, 1, 0x61), "32-bit"],
    ["a section size with stray bits", rawBinary(0, 0x82, 0x80, 0x80, 0x80, 0x10, 1, 0x61), "32-bit"],
    ["a repeated section", binary([...FUNCTION_TYPE], [...FUNCTION_TYPE]), "repeated or out of order"],
    ["sections out of order", binary([5, 1, 0, 1], [...FUNCTION_TYPE]), "repeated or out of order"],
    ["a tag section after the globals", binary([...FUNCTION_TYPE], [6, 0], [13, 1, 0, 0]), "out of order"],
    ["a data count after the code", binary([10, 0], [12, 0]), "out of order"],
    ["bytes after the last entry", binary([5, 1, 0, 1, 0]), "1 bytes too many"],
    ["a section that ends inside an entry", binary([5, 1, 1, 1]), "ends inside"],
    ["an empty section", binary([1]), "ends inside"],
    ["more entries than bytes", binary([7, 0xff, 0xff, 0xff, 0x0f]), "do not fit"],
    ["more parameters than bytes", binary([1, 1, 0x60, 0x7f, 0x7f]), "do not fit"],
    ["a custom section whose name is not UTF-8", binary([0, 1, 0xff]), "not UTF-8"],
    ["a custom section whose name is an encoded surrogate", binary([0, 3, 0xed, 0xa0, 0x80]), "not UTF-8"],
    ["a custom section whose name is over-long UTF-8", binary([0, 2, 0xc1, 0xa1]), "not UTF-8"],
    ["a custom section whose name passes its end", binary([0, 5, 0x61]), "do not fit"],
    ["an import whose name is not UTF-8", binary([2, 1, 0, 1, 0x80, 0x03, 0x7f, 0]), "not UTF-8"],
    ["an import of an unknown type", binary([...FUNCTION_TYPE], [2, 1, 0, 0, 0, 1]), "no function type"],
    [
      "an imported function of a struct type",
      binary([1, 1, 0x5f, 0], [2, 1, 0, 0, 0, 0]),
      "no function type",
    ],
    ["a function of an unknown type", binary([3, 1, 0], [10, 1, 2, 0, 0x0b]), "no function type"],
    ["functions without bodies", binary([...FUNCTION_TYPE], [3, 1, 0]), "1 functions and has 0 bodies"],
    ["bodies without functions", binary([10, 1, 2, 0, 0x0b]), "0 functions and has 1 bodies"],
    ["an exported function that does not exist", binary([7, 1, 1, 0x61, 0, 0]), "function 0"],
    ["an exported memory that does not exist", binary([5, 1, 0, 0], [7, 1, 1, 0x61, 2, 1]), "memory 1"],
    ["two exports of one name", binary([5, 1, 0, 0], [7, 2, 1, 0x61, 2, 0, 1, 0x61, 2, 0]), '"a" twice'],
    ["a mutability other than 0 and 1", binary([6, 1, 0x7f, 2, 0x41, 0, 0x0b]), "mutability"],
    ["a global without an end", binary([6, 1, 0x7f, 0, 0x41, 0]), "ends inside a constant expression"],
    [
      "an i32.const of six bytes",
      binary([6, 1, 0x7f, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b]),
      "signed",
    ],
    [
      "an i32.const with stray bits",
      binary([6, 1, 0x7f, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x10, 0x0b]),
      "signed",
    ],
    ["a shared memory without maximum", binary([5, 1, 2, 1]), "shared memory has no maximum"],
    ["a memory of more than 4 GiB", binary([5, 1, 0, 0x81, 0x80, 0x04]), "beyond"],
    ["a maximum of more than 4 GiB", binary([5, 1, 1, 0, 0x81, 0x80, 0x04]), "beyond"],
    ["a minimum above the maximum", binary([5, 1, 1, 2, 1]), "minimum of 2 and a maximum of 1"],
    ["a table's minimum above its maximum", binary([4, 1, 0x70, 1, 2, 1]), "minimum of 2"],
    ["a memory of 2^48 + 1 pages", binary([5, 1, 4, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]), "beyond"],
    ["a u64 of eleven bytes", binary([5, 1, 4, ...Array<number>(10).fill(0x80), 0]), "64-bit"],
    ["a u64 with stray bits", binary([5, 1, 4, ...Array<number>(9).fill(0x80), 2]), "64-bit"],
    ["a tag with results", binary([1, 1, 0x60, 0, 1, 0x7f], [13, 1, 0, 0]), "tag has results"],
    [
      "a tag with an unknown attribute",
      binary([...FUNCTION_TYPE], [13, 1, 1, 0]),
      "not that of an exception",
    ],
  ])("%s is refused", (_, module, message) => {
    expectPluginError(() => describeModule(module), "MODULE_INVALID", message, "at byte ");
  });
});

describe("constructs that cannot be read with certainty", () => {
  test.each<[string, Uint8Array, string]>([
    ["a section of an unknown kind", binary([14, 0]), "unknown kind 0x0e"],
    ["a custom page size", binary([5, 1, 8, 1, 0]), "flags 0x08"],
    ["limit flags in two bytes", binary([5, 1, 0x80, 0, 1]), "flags 0x80"],
    ["a shared table", binary([4, 1, 0x70, 3, 0, 1]), "shared table"],
    ["an unknown form of table", binary([4, 1, 0x40, 1, 0x70, 0, 0]), "form 0x01"],
    ["an unknown element type", binary([4, 1, 0x7f, 0, 0]), "0x7f"],
    ["an unknown value type", binary([1, 1, 0x60, 1, 0x79, 0]), "0x79"],
    ["a continuation type", binary([1, 1, 0x5d, 0]), "form 0x5d"],
    ["a shared type", binary([1, 1, 0x65, 0x5f, 0]), "form 0x65"],
    ["two supertypes", binary([1, 1, 0x50, 2, 0, 0, 0x5f, 0]), "supertypes"],
    ["an abstract heap type in two bytes", binary([1, 1, 0x60, 1, 0x63, 0xf0, 0x7f, 0]), "heap type"],
    ["an unknown abstract heap type", binary([1, 1, 0x60, 1, 0x63, 0x41, 0]), "heap type"],
    ["an unknown kind of import", binary([2, 1, 0, 0, 0x7f, 0]), "kind 0x7f"],
    ["an instruction that is not constant", binary([6, 1, 0x7f, 0, 0x10, 0, 0x0b]), "instruction 0x10"],
    ["a vector instruction that is not constant", binary([6, 1, 0x7b, 0, 0xfd, 0x0f, 0x0b]), "0xfd"],
    ["an aggregate instruction that is not constant", binary([6, 1, 0x7f, 0, 0xfb, 0x02, 0x0b]), "0xfb"],
    ["a name longer than engines take", binary([0, ...customBody("x".repeat(100_001))]), "100000"],
    [
      "a function of too many parameters",
      binary([1, 1, 0x60, 0xe9, 0x07, ...Array<number>(1001).fill(0x7f), 0]),
      "1000",
    ],
  ])("%s is unsupported", (_, module, message) => {
    expectPluginError(() => describeModule(module), "UNSUPPORTED", message, "at byte ");
  });

  test("more types than a module can need are unsupported, also inside groups", () => {
    const pair = [0x4e, 2, 0x60, 0, 0, 0x60, 0, 0];
    const groups = Array.from({ length: 50_001 }, () => pair).flat();
    expectPluginError(
      () => describeModule(binary([1, 0xd1, 0x86, 0x03, ...groups])),
      "UNSUPPORTED",
      "100000 types",
    );
  });

  test("more custom sections than a module can need are unsupported", () => {
    const sections = Array.from({ length: 10_001 }, () => [0, 1, 0]).flat();
    expectPluginError(() => describeModule(rawBinary(...sections)), "UNSUPPORTED", "10000 custom sections");
  });

  test("signatures too large together are unsupported", () => {
    const signature = [0x60, 0xe8, 0x07, ...Array<number>(1000).fill(0x7f), 0];
    const types = Array.from({ length: 1001 }, () => signature).flat();
    expectPluginError(() => describeModule(binary([1, 0xe9, 0x07, ...types])), "UNSUPPORTED", "1000000");
  });
});
