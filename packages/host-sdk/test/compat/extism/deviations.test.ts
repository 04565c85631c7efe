import { describe, expect, test } from "vitest";
import { asking, endless, everyday } from "./guests.ts";
import { ours, type Plugin } from "./sdks.ts";

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

describe("where this package holds to more than @extism/extism", () => {
  test("a call after close is refused", async () => {
    const plugin = await ours.createPlugin({ wasm: [{ data: everyday }] });
    await plugin.close();
    await expect(plugin.call("echo", "x")).rejects.toMatchObject({ code: "PLUGIN_CLOSED" });
  });

  test("limits in a JSON manifest hold", async () => {
    const manifest = JSON.stringify({
      wasm: [{ data: base64(everyday) }],
      memory: { max_pages: 5, max_var_bytes: 5 },
    });
    const plugin = await ours.createPlugin(manifest);
    await expect(plugin.call("alloc_pages", "6")).rejects.toThrow();
    await expect(plugin.call("remember", "0123456789")).rejects.toMatchObject({ code: "VAR_LIMIT" });
    await plugin.close();
  });

  test("a timeout in a manifest holds without a worker as well", async () => {
    const plugin = await ours.createPlugin(
      JSON.stringify({ wasm: [{ data: base64(endless) }], timeout_ms: 200 }),
    );
    await expect(plugin.call("run")).rejects.toMatchObject({ code: "TIMEOUT" });
    expect((await plugin.call("echo", "alive"))?.text()).toBe("alive");
    await plugin.close();
  });

  test("an empty hash is an error", async () => {
    await expect(ours.createPlugin({ wasm: [{ data: everyday, hash: "" }] })).rejects.toMatchObject({
      code: "MANIFEST_INVALID",
    });
  });

  test("an output stays as it is when later calls run", async () => {
    const plugin = await ours.createPlugin({ wasm: [{ data: everyday }] });
    const first = await plugin.call("echo", "first");
    await plugin.call("echo", "other");
    await plugin.close();
    expect(first?.text()).toBe("first");
  });

  test("the options that were given stay as they were", async () => {
    const options = { functions: { "extism:host/user": { ask: () => 0n } }, runInWorker: true };
    const plugin = await ours.createPlugin({ wasm: [{ data: asking }] }, options);
    await plugin.close();
    expect(Object.keys(options.functions)).toEqual(["extism:host/user"]);
    expect(Object.keys(options)).toEqual(["functions", "runInWorker"]);
  });

  test("a call from inside one of its own is refused on the caller's thread, and the outer one goes on", async () => {
    let plugin: Plugin | undefined;
    let nested: Promise<unknown> | undefined;
    const ask = (context: { store(text: string): bigint }) => {
      nested = plugin?.call("ask", "inner").catch((error: Error) => error.message);
      return context.store("outer");
    };
    plugin = await ours.createPlugin(
      { wasm: [{ data: asking }] },
      { functions: { "extism:host/user": { ask } } },
    );
    expect((await plugin.call("ask", "x"))?.text()).toBe("outer");
    expect(await nested).toBe("plugin is not reentrant");
    await plugin.close();
  });

  test("the default export, newPlugin and createPlugin are one function", () => {
    expect(ours.default).toBe(ours.createPlugin);
    expect(ours.newPlugin).toBe(ours.createPlugin);
  });
});
