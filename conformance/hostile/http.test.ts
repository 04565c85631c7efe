import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createPlugin, type PluginOptions } from "@mortise/host-sdk";
import { expect, onTestFinished, test } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { expectFine, SUSPENDS, waitingAttack, withPlugin } from "./support/attack.ts";
import { guest } from "./support/wat.ts";

watchOtherPlugins();

/** Sends its input as a request and outputs the response. */
const fetcher = guest(`
  (func (export "get") (local $response i64)
    (local.set $response (call $http_request (call $input_offset) (i64.const 0)))
    (call $output_set (local.get $response) (call $length (local.get $response))))`);

interface Server {
  readonly port: number;
  /** Paths that were asked for. */
  readonly seen: string[];
}

async function serve(listener: RequestListener): Promise<Server> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

const byAddress: PluginOptions = { allowedHosts: ["127.0.0.1"] };
const request = (url: string, rest: object = {}) => JSON.stringify({ url, ...rest });

waitingAttack("a redirect to a host that is not allowed", async (place) => {
  const { port, seen } = await serve(({ url }, response) => {
    const to =
      url === "/there" ? `http://localhost:${port}/target` : "http://169.254.169.254/latest/meta-data";
    response.writeHead(url === "/fine" ? 200 : 302, url === "/fine" ? {} : { location: to }).end("fine");
  });
  await withPlugin(place, fetcher, byAddress, async (plugin) => {
    for (const path of ["/there", "/metadata"]) {
      const call = plugin.call("get", request(`http://127.0.0.1:${port}${path}`));
      await expectFailure(call, "HTTP_DENIED", "redirect");
      expect((await plugin.call("get", request(`http://127.0.0.1:${port}/fine`))).text()).toBe("fine");
    }
  });
  expect(seen).toEqual(["/there", "/fine", "/metadata", "/fine"]);
});

waitingAttack("a name that resolves to loopback, under a wildcard", async (place) => {
  const { port, seen } = await serve((_, response) => void response.end("reached"));
  await withPlugin(place, fetcher, { allowedHosts: ["*"] }, async (plugin) => {
    await expectFailure(plugin.call("get", request(`http://localhost:${port}/`)), "HTTP_DENIED", "public");
    await expectFine(plugin);
  });
  expect(seen).toEqual([]);
  await withPlugin(place, fetcher, { allowedHosts: ["*"], allowPrivateNetwork: true }, async (plugin) => {
    expect((await plugin.call("get", request(`http://localhost:${port}/`))).text()).toBe("reached");
  });
});

waitingAttack("a private address in any spelling, under a wildcard", async (place) => {
  const { port, seen } = await serve((_, response) => void response.end("reached"));
  const hosts = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0",
    "127.1.",
  ];
  await withPlugin(place, fetcher, { allowedHosts: ["*"] }, async (plugin) => {
    for (const host of hosts) {
      await expectFailure(plugin.call("get", request(`http://${host}:${port}/`)), "HTTP_DENIED");
    }
    await expectFine(plugin);
  });
  expect(seen).toEqual([]);
});

waitingAttack("an allowed host's name in a URL that leads elsewhere", async (place) => {
  const { port, seen } = await serve((_, response) => void response.end("reached"));
  const urls = [
    `http://only.test@localhost:${port}/`,
    `http://localhost:${port}#@only.test/`,
    `http://localhost:${port}\\@only.test/`,
    `http://only.test.localhost:${port}/`,
    `file:///etc/passwd`,
    `data:text/plain,only.test`,
  ];
  await withPlugin(place, fetcher, { allowedHosts: ["only.test"] }, async (plugin) => {
    for (const url of urls) await expectFailure(plugin.call("get", request(url)), "HTTP_DENIED");
    await expectFine(plugin);
  });
  expect(seen).toEqual([]);
});

waitingAttack("a response larger than the cap", async (place) => {
  const { port } = await serve(({ url }, response) => {
    const body = Buffer.alloc(url === "/exact" ? 100_000 : 100_001, "x");
    if (url === "/announced") response.writeHead(200, { "content-length": 1e15 });
    if (url === "/bomb")
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000)));
    else response.write(body, () => url === "/exact" && response.end());
  });
  const options = { ...byAddress, memory: { maxHttpResponseBytes: 100_000 } };
  await withPlugin(place, fetcher, options, async (plugin) => {
    for (const path of ["/endless", "/announced", "/bomb"]) {
      const call = plugin.call("get", request(`http://127.0.0.1:${port}${path}`));
      await expectFailure(call, "HTTP_TOO_LARGE", "100000");
      expect((await plugin.call("get", request(`http://127.0.0.1:${port}/exact`))).length).toBe(100_000);
    }
  });
});

waitingAttack("headers and methods that would inject another request", async (place) => {
  const { port, seen } = await serve((_, response) => void response.end("reached"));
  const url = `http://127.0.0.1:${port}/`;
  const injections = [
    { headers: { "x-a": "b\r\nx-injected: 1" } },
    { headers: { "x-a": "b\n\nGET /second HTTP/1.1" } },
    { headers: { "x-a\r\nx-injected": "1" } },
    { headers: { "x-a": "b\0" } },
    { headers: { "": "empty" } },
    { method: "GET / HTTP/1.1\r\nx-injected: 1\r\n\r\nGET" },
  ];
  await withPlugin(place, fetcher, byAddress, async (plugin) => {
    for (const injection of injections) {
      await expectFailure(plugin.call("get", request(url, injection)), "HTTP_FAILED");
    }
    expect(seen).toEqual([]);
    await plugin.call("get", request(`${url}\r\nx-injected:1`)); // what a URL parser drops or escapes stays one path
    expect(seen).toHaveLength(1);
    expect((await plugin.call("get", request(url))).text()).toBe("reached");
  });
});

waitingAttack("a server that never ends its answer is left by an abort", async (place) => {
  let controller = new AbortController();
  const { port } = await serve(({ url }, response) => {
    if (url === "/fine") return void response.end("fine");
    response.write("one byte at a time", () => controller.abort());
  });
  await withPlugin(place, fetcher, byAddress, async (plugin) => {
    for (let i = 0; i < 2; i++) {
      controller = new AbortController();
      const { signal } = controller;
      const call = plugin.call("get", request(`http://127.0.0.1:${port}/slow`), { signal });
      await expectFailure(call, "ABORTED");
      expect((await plugin.call("get", request(`http://127.0.0.1:${port}/fine`))).text()).toBe("fine");
    }
  });
});

test("a server that never ends its answer is left by the timeout (in a worker)", async () => {
  const closed: Promise<unknown>[] = [];
  const { port } = await serve((incoming, response) => {
    if (incoming.url === "/fine") return void response.end("fine");
    closed.push(once(incoming.socket, "close"));
    response.write("one byte");
  });
  await withPlugin("worker", fetcher, { ...byAddress, timeoutMs: 500 }, async (plugin) => {
    for (let i = 0; i < 2; i++) {
      const call = plugin.call("get", request(`http://127.0.0.1:${port}/slow`));
      await expectFailure(call, "TIMEOUT", "500 ms");
      expect((await plugin.call("get", request(`http://127.0.0.1:${port}/fine`))).text()).toBe("fine");
    }
  });
  await Promise.all(closed); // the timeout reaches the connection
  expect(closed).toHaveLength(2);
});

test("a plugin that may use HTTP cannot have a timeout, or cannot run, on the thread", async () => {
  const options: PluginOptions = { ...byAddress, isolation: "thread" };
  await expectFailure(createPlugin(fetcher, { ...options, timeoutMs: 100 }), "UNSUPPORTED");
  if (!SUSPENDS) await expectFailure(createPlugin(fetcher, options), "UNSUPPORTED", "WebAssembly.Suspending");
});
