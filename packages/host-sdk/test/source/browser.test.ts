import { afterEach, describe, expect, test, vi } from "vitest";
import { browser } from "../../src/runtime/browser.ts";
import { failure, load, MODULE, serveFiles } from "./support.ts";

const environment = { runtime: browser };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("where there are no files", () => {
  test.each([
    ["a path", "plugin.wasm"],
    ["a path in a manifest", { wasm: [{ path: "plugin.wasm" }] }],
    ["a file URL", "file:///plugin.wasm"],
    ["a file URL in a manifest", { wasm: [{ url: "file:///plugin.wasm" }] }],
  ])("%s is UNSUPPORTED, with a hint to use a URL", async (_what, like) => {
    const { message } = await failure(load(like, environment), "UNSUPPORTED");
    expect(message).toContain("plugin.wasm");
    expect(message).toContain("http(s) URL");
  });

  test("bytes and absolute URLs load", async () => {
    const origin = await serveFiles({ "/plugin.wasm": MODULE });
    const wasm = [{ data: MODULE }, { url: `${origin}/plugin.wasm` }];
    expect((await load({ wasm }, environment)).modules).toMatchObject([{ bytes: MODULE }, { bytes: MODULE }]);
  });

  test.each([
    ["the document", "document", "baseURI"],
    ["the worker", "location", "href"],
  ])("a relative URL resolves against %s", async (_what, global, property) => {
    const origin = await serveFiles({ "/app/plugin.wasm": MODULE });
    vi.stubGlobal(global, { [property]: `${origin}/app/index.html` });
    expect((await load({ wasm: [{ url: "plugin.wasm" }] }, environment)).modules).toMatchObject([
      { bytes: MODULE },
    ]);
  });

  test.each([[undefined], ["about:blank"]])("a relative URL on %s is MANIFEST_INVALID", async (href) => {
    if (href !== undefined) vi.stubGlobal("location", { href });
    await failure(load({ wasm: [{ url: "plugin.wasm" }] }, environment), "MANIFEST_INVALID");
  });
});
