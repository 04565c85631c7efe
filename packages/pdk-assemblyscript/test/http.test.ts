import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";
import type { ModelResponse } from "./support/host-model.ts";
import { openPlugin, type TestPlugin } from "./support/plugin.ts";

let wasm: Uint8Array<ArrayBuffer>;
let plugin: TestPlugin;
beforeAll(async () => {
  wasm = await compileModule("http", "--exportRuntime");
}, 60_000);
beforeEach(() => {
  plugin = openPlugin(wasm);
});

const URL = 'https://example.com/?q="ö"';

function answer(fields: Partial<ModelResponse>): void {
  plugin.model.responses.push({ status: 200, headers: "{}", body: new Uint8Array(), ...fields });
}

function sent() {
  return plugin.model.requests.map(({ request, body }) => ({ ...JSON.parse(request), body }));
}

describe("requests", () => {
  test("GET by default, without a body", () => {
    answer({});
    plugin.call("get", URL);
    expect(sent()).toEqual([{ url: URL, method: "GET", headers: {}, body: undefined }]);
  });

  test("carry a body of bytes", () => {
    answer({});
    plugin.call("post", URL);
    expect(sent()).toEqual([{ url: URL, method: "POST", headers: {}, body: Uint8Array.of(0, 200, 255) }]);
  });

  test("carry method, headers and a body of text", () => {
    answer({});
    plugin.call("postText", URL);
    expect(sent()).toEqual([
      {
        url: URL,
        method: "PUT",
        headers: { "x-name": 'a "b"', accept: "*/*" },
        body: new TextEncoder().encode("ö"),
      },
    ]);
  });

  test("have no body when it is empty", () => {
    answer({});
    plugin.call("postNothing", URL);
    expect(sent()).toEqual([{ url: URL, method: "POST", headers: {}, body: undefined }]);
  });
});

describe("responses", () => {
  test("give status and body, and leave no block behind but the output's", () => {
    answer({ status: 299, body: new TextEncoder().encode("schön 🎉") });
    expect(plugin.callText("get", URL)).toBe("299 true schön 🎉");
    expect(plugin.model.liveBlocks).toBe(1);
  });

  test("are not a failure when the status is an error", () => {
    answer({ status: 404 });
    expect(plugin.callText("get", URL)).toBe("404 false ");
  });

  test("are empty when the host gives no body", () => {
    expect(plugin.callText("get", URL)).toBe("0 false ");
  });

  test("find a header in any case", () => {
    answer({ headers: '{"content-TYPE":"text/html, \\"x\\""}' });
    expect(plugin.callText("header", "Content-type")).toBe('text/html, "x"');
  });

  test("have no headers where the host passes none on", () => {
    expect(plugin.callText("header", "content-type")).toBe("null");
  });

  test("keep headers that were read in time", () => {
    answer({ headers: '{"n":"1"}' });
    answer({ headers: '{"n":"2"}' });
    expect(plugin.callText("headersInTime")).toBe("12");
  });

  test("refuse to pass off another response's headers as theirs", () => {
    expect(() => plugin.call("headersTooLate")).toThrow(WebAssembly.RuntimeError);
    expect(plugin.model.error).toContain("read a response's headers before you send the next request");
  });
});
