import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";
import type { HostModel } from "./support/host-model.ts";
import { openPlugin, type TestPlugin, transfers } from "./support/plugin.ts";

let wasm: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  wasm = await compileModule("services", "--exportRuntime");
}, 60_000);

const hostFunctions = (model: HostModel) => ({
  shout: (text: bigint) => model.store(`${model.text(text).toUpperCase()}!`),
  reverse: (bytes: bigint) => model.store(model.bytes(bytes).toReversed()),
  nothing: () => 0n,
});

describe.each(transfers)("services by %s transfer", (transfer) => {
  /** The block that the plain ABI's output is in. */
  const outputBlocks = transfer === "direct" ? 0 : 1;
  let plugin: TestPlugin;
  beforeEach(() => {
    plugin = openPlugin(wasm, transfer, hostFunctions);
  });

  describe("config", () => {
    test("gives a value, and frees what the host returned", () => {
      plugin.model.config.set("größe", "→ 5");
      expect(plugin.callText("configValue", "größe")).toBe('"→ 5"');
      expect(plugin.model.liveBlocks).toBe(outputBlocks);
    });

    test("tells an empty value from a missing one", () => {
      plugin.model.config.set("empty", "");
      expect(plugin.callText("configValue", "empty")).toBe('""');
      expect(plugin.callText("configValue", "missing")).toBe("null");
    });

    test("falls back only for what is missing", () => {
      plugin.model.config.set("empty", "");
      expect(plugin.callText("configOr", "empty")).toBe("");
      expect(plugin.callText("configOr", "missing")).toBe("fallback");
    });
  });

  describe("vars", () => {
    test("keep text and bytes", () => {
      plugin.call("setVarText", "wört");
      expect(plugin.callText("varText", "key")).toBe('"wört"');
      plugin.call("setVarBytes");
      expect([...plugin.call("varBytes", "key")]).toEqual([0, 1, 255]);
    });

    test("tell an empty value, which a host may set, from a missing one", () => {
      plugin.model.vars.set("empty", new Uint8Array());
      expect(plugin.callText("varText", "empty")).toBe('""');
      expect(plugin.callText("varText", "missing")).toBe("null");
    });

    test.each(["setVarEmpty", "setVarText", "deleteVar"])("are deleted by %s without content", (name) => {
      plugin.call("setVarBytes");
      plugin.call(name, "");
      expect(plugin.model.vars.has("key")).toBe(false);
    });
  });

  describe("log", () => {
    test("passes every line on when the host listens to all", () => {
      plugin.call("logAll");
      expect(plugin.model.logs).toEqual(["trace: ä", "debug: ä", "info: ä", "warn: ä", "error: ä"]);
    });

    test("makes no block for lines below the host's level", () => {
      plugin.model.logLevel = 3;
      plugin.call("logAll");
      expect(plugin.model.logs).toEqual(["warn: ä", "error: ä"]);
    });

    test.each([2147483647, -1])("is silent when the level is off, passed as %d", (off) => {
      plugin.model.logLevel = off;
      plugin.call("logAll");
      expect(plugin.model.logs).toEqual([]);
      expect(plugin.model.called.has("alloc")).toBe(false);
    });

    test("can be asked for its level", () => {
      plugin.model.logLevel = 2;
      expect(plugin.callText("isInfoEnabled")).toBe("true");
      plugin.model.logLevel = 3;
      expect(plugin.callText("isInfoEnabled")).toBe("false");
    });
  });

  describe("errors", () => {
    test("are set with their text, empty text included", () => {
      plugin.call("setError", "nö");
      expect(plugin.model.error).toBe("nö");
      plugin.call("setError", "");
      expect(plugin.model.error).toBe("the plugin failed without a message");
    });

    test("fail gives the return code 1", () => {
      expect(plugin.callText("failWith", "nö")).toBe("1");
      expect(plugin.model.error).toBe("nö");
    });

    test("a throw traps, and reports message, file and line", () => {
      expect(() => plugin.call("throwError", "bööm")).toThrow(WebAssembly.RuntimeError);
      expect(plugin.model.error).toMatch(/^bööm \(\S*services\.ts:\d+:\d+\)$/);
    });

    test("a check of the runtime traps, and reports its file", () => {
      expect(() => plugin.call("indexOutOfRange", "four")).toThrow(WebAssembly.RuntimeError);
      expect(plugin.model.error).toMatch(/^Index out of range \(~lib\/typedarray\.ts:\d+:\d+\)$/);
    });

    test("an abort without a message is reported all the same", () => {
      expect(() => plugin.call("throwNothing")).toThrow(WebAssembly.RuntimeError);
      expect(plugin.model.error).toBe("abort (an unknown file:0:0)");
    });
  });

  describe("host functions", () => {
    test("take and return text, and no block is left behind but the output's", () => {
      expect(plugin.callText("callShout", "grüße")).toBe("GRÜSSE!");
      expect(plugin.model.liveBlocks).toBe(outputBlocks);
    });

    test("take and return bytes", () => {
      expect([...plugin.call("callReverse")]).toEqual([3, 2, 1]);
    });

    test("may return nothing", () => {
      expect(plugin.callText("callNothing")).toBe("null");
    });

    test("can be called with handles by hand", () => {
      expect(plugin.callText("callByHand")).toBe("{}!");
    });
  });

  describe("memory blocks", () => {
    test("are read and written at an offset", () => {
      expect([...plugin.call("storeAndLoad")]).toEqual([4, 5, 6, 7]);
    });

    test.each([
      ["storePastTheEnd", "4 bytes at offset 5 reach past the end of a block of 8"],
      ["loadFromFarAway", "1 bytes at offset 18446744073709551615 reach past the end of a block of 8"],
    ])("%s is refused before anything is moved", (name, message) => {
      expect(() => plugin.call(name)).toThrow(WebAssembly.RuntimeError);
      expect(plugin.model.error).toContain(message);
    });

    test("handle 0 is no block", () => {
      expect(plugin.callText("findNothing")).toBe("null");
    });

    test("a refused allocation traps without error text, so that the host reports the memory limit", () => {
      plugin.model.refusesMemory = true;
      expect(() => plugin.call("allocateTooMuch")).toThrow(WebAssembly.RuntimeError);
      expect(plugin.model.error).toBeUndefined();
    });
  });
});
