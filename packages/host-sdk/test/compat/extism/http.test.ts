import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyday, requesting } from "./guests.ts";
import { type Options, ours, type Sdk, theirs } from "./sdks.ts";

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/everyday.wasm") {
      response.setHeader("content-type", "application/wasm");
      return void response.end(everyday);
    }
    if (request.url === "/manifest.json") {
      response.setHeader("content-type", "application/json");
      return void response.end(
        JSON.stringify({ wasm: [{ url: `${url}/everyday.wasm` }], config: { key: "value" } }),
      );
    }
    response.statusCode = request.url === "/missing" ? 404 : 200;
    response.end(`answer to ${request.method} ${request.headers["x-name"] ?? ""}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function request(
  sdk: Sdk,
  options: Options,
  input: object,
  name = "get",
): Promise<Uint8Array | undefined> {
  const plugin = await sdk.createPlugin({ wasm: [{ data: requesting }] }, { ...options, runInWorker: true });
  try {
    return (await plugin.call(name, JSON.stringify(input)))?.bytes();
  } finally {
    await plugin.close();
  }
}

describe("HTTP with both packages", () => {
  test("answers a plugin whose host is allowed", async () => {
    const options = { allowedHosts: ["127.0.0.1"] };
    const input = { url, headers: { "x-name": "value" } };
    const expected = await request(theirs, options, input);
    expect(new TextDecoder().decode(expected)).toBe("answer to GET value");
    expect(await request(ours, options, input)).toEqual(expected);
  });

  test("gives the status of a page that is missing", async () => {
    const status = await request(ours, { allowedHosts: ["127.0.0.1"] }, { url: `${url}/missing` }, "status");
    expect([...(status ?? [])]).toEqual([404 & 255, 404 >> 8]);
  });

  test("refuses a host that is not allowed", async () => {
    const options = { allowedHosts: ["example.com"] };
    await expect(request(theirs, options, { url })).rejects.toThrow();
    await expect(request(ours, options, { url })).rejects.toMatchObject({ code: "HTTP_DENIED" });
  });

  test("goes through a fetch of the application's own, wildcards included", async () => {
    const options: Options = { allowedHosts: ["*.example.com"], fetch: async () => new Response("made up") };
    const input = { url: "https://www.example.com/" };
    const expected = await request(theirs, options, input);
    expect(new TextDecoder().decode(expected)).toBe("made up");
    expect(await request(ours, options, input)).toEqual(expected);
  });
});

describe("plugins from the network with both packages", () => {
  async function configured(sdk: Sdk, source: string | URL, options: Options): Promise<string | undefined> {
    const plugin = await sdk.createPlugin(source, options);
    try {
      return (await plugin.call("config", "key"))?.text();
    } finally {
      await plugin.close();
    }
  }

  test("are made from the URL of a module", async () => {
    for (const sdk of [theirs, ours]) {
      const options = { config: { key: "given" } };
      expect(await configured(sdk, `${url}/everyday.wasm`, options)).toBe("given");
      expect(await configured(sdk, new URL(`${url}/everyday.wasm`), options)).toBe("given");
    }
  });

  test("are made from the URL of a manifest", async () => {
    for (const sdk of [theirs, ours]) expect(await configured(sdk, `${url}/manifest.json`, {})).toBe("value");
  });

  test("are loaded by a fetch of the application's own", async () => {
    const wasm = new Response(everyday, { headers: { "content-type": "application/wasm" } });
    for (const sdk of [theirs, ours]) {
      const options: Options = { fetch: async () => wasm.clone(), config: { key: "value" } };
      expect(await configured(sdk, "https://plugins.example/everyday.wasm", options)).toBe("value");
    }
  });
});
