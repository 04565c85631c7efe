import { assert as check, property, string, uint8Array } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";
import { openPlugin, type TestPlugin, transfers } from "./support/plugin.ts";

let wasm: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  wasm = await compileModule("bytes", "--exportRuntime");
}, 60_000);

const pattern = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 0xff);

describe.each(transfers)("bytes by %s transfer", (transfer) => {
  let plugin: TestPlugin;
  beforeAll(() => {
    plugin = openPlugin(wasm, transfer);
  });

  test.each(["echo", "echoBlock", "outputBlock"])(
    "%s gives back every length around the word size",
    (name) => {
      for (const length of [...Array(26).keys(), 1000, 4096, 4097, 70_001]) {
        expect(plugin.call(name, pattern(length))).toEqual(pattern(length));
      }
    },
  );

  test("any bytes survive input and output", () => {
    check(
      property(uint8Array({ maxLength: 300 }), (bytes) => {
        expect(plugin.call("echo", bytes)).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test.each(["echoText", "echoTextBlock"])("%s gives back any text", (name) => {
    check(
      property(string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(plugin.callText(name, text)).toBe(text);
      }),
    );
  });

  test("text is as long as its UTF-16 units", () => {
    expect(plugin.callText("textLength", "aö→🎉")).toBe("5");
  });

  test("an unpaired surrogate leaves as U+FFFD", () => {
    expect(plugin.callText("unpairedSurrogate")).toBe("a\ufffdb");
  });

  test("input that is not UTF-8 does not fail, and stays within the input", () => {
    check(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        expect(Number(plugin.callText("textLength", bytes))).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test("a subarray gives its own bytes only", () => {
    expect(plugin.call("subarray", pattern(20))).toEqual(pattern(20).slice(3, 10));
  });

  test("static arrays, array buffers and checked nullables are bytes too", () => {
    expect([...plugin.call("staticArray")]).toEqual([1, 2, 3, 250]);
    expect(plugin.call("arrayBuffer", pattern(9))).toEqual(pattern(9));
    expect(plugin.call("nullable", pattern(9))).toEqual(pattern(9));
  });

  test("each look at the input is a copy of its own", () => {
    expect(plugin.call("twice", pattern(30))).toEqual(pattern(30));
  });

  test("the last output counts", () => {
    expect(plugin.callText("replaced")).toBe("second");
  });
});

describe("the choice of transfer", () => {
  test("a host without direct transfer serves only the plain imports", () => {
    const plugin = openPlugin(wasm, "plain");
    plugin.call("echo", pattern(20));
    expect([...plugin.model.called].sort()).toEqual(
      [
        "alloc",
        "input_length",
        "input_load_u64",
        "input_load_u8",
        "output_set",
        "store_u64",
        "store_u8",
      ].sort(),
    );
  });

  test("direct transfer leaves nothing to the plain imports but the length", () => {
    const plugin = openPlugin(wasm, "direct");
    plugin.call("echo", pattern(20));
    expect([...plugin.model.called]).toEqual(["input_length"]);
  });
});

test("a thousand large inputs do not exhaust the plugin's memory", () => {
  const plugin = openPlugin(wasm, "direct");
  const large = pattern(1 << 20);
  for (let round = 0; round < 1000; round++) plugin.call("echo", large);
  expect(plugin.memoryPages()).toBeLessThan(200);
});

describe("buffers that are overwritten at once", () => {
  test("are not filled with zeros first", () => {
    const plugin = openPlugin(wasm);
    expect(plugin.callText("freshBuffer")).toBe("dirty");
  });

  test("leave the zero fill of every other object alone", () => {
    const plugin = openPlugin(wasm);
    expect(plugin.callText("freshArray")).toBe("clean");
  });

  test("need no switch with the other runtimes, whose allocators do not fill", async () => {
    const plugin = openPlugin(await compileModule("bytes", "--exportRuntime", "--runtime", "minimal"));
    expect(plugin.callText("freshBuffer")).toBe("dirty");
    expect(plugin.callText("freshArray")).toBe("clean");
    expect(plugin.call("echo", pattern(100))).toEqual(pattern(100));
  }, 60_000);
});
