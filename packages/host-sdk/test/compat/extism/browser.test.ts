import { describe, expect, test } from "vitest";
import { CAPABILITIES, createPlugin } from "../../../src/entry/extism-browser.ts";
import { everyday } from "./guests.ts";

describe("the entry for browsers", () => {
  test("runs a plugin from bytes", async () => {
    const plugin = await createPlugin(everyday.slice().buffer);
    expect((await plugin.call("echo", "bytes"))?.text()).toBe("bytes");
    await plugin.close();
  });

  test("has no files, and says so", async () => {
    expect(CAPABILITIES).toMatchObject({
      manifestSupportsPaths: false,
      fsAccess: false,
      crossOriginChecksEnforced: true,
    });
    await expect(createPlugin("plugin.wasm")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
