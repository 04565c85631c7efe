import { lookup } from "node:dns";
import { describe, expect, test } from "vitest";
import { createGuardedSend } from "../../../src/runtime/node-http.ts";
import { isPublicAddress } from "../../../src/sandbox/http/public-address.ts";
import {
  answering,
  ask,
  client,
  connectionClosed,
  failure,
  recordingServer,
  startServer,
  wildcardClient,
} from "./support.ts";

/** A client whose wildcards cover every host, over connections that are really guarded. */
function guardedClient(lookUp: Parameters<typeof createGuardedSend>[1] = lookup, allowedHosts = ["*"]) {
  return client({ allowedHosts, createGuardedSend: (accepts) => createGuardedSend(accepts, lookUp) });
}

describe("a host that only a wildcard allows", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["IPv6 loopback", "::1"],
    ["mapped loopback", "::ffff:127.0.0.1"],
    ["the metadata service", "169.254.169.254"],
    ["a private network", "10.1.2.3"],
  ])("is denied when its name leads to %s", async (_what, address) => {
    const { port, seen } = await recordingServer();
    const url = `http://rebind.test:${port}/`;
    const { message } = await failure(
      () => guardedClient(answering(address)).request({ url }),
      "HTTP_DENIED",
    );
    expect(message).toMatch(`rebind.test is at ${address}, which is not a public address`);
    expect(seen).toEqual([]);
  });

  test("is denied when only one of its addresses is private, whichever comes first", async () => {
    const { port, seen } = await recordingServer();
    for (const addresses of [
      ["192.0.43.8", "127.0.0.1"],
      ["127.0.0.1", "192.0.43.8"],
    ]) {
      const http = guardedClient(answering(...addresses));
      await failure(() => http.request({ url: `http://rebind.test:${port}/` }), "HTTP_DENIED");
    }
    expect(seen).toEqual([]);
  });

  test("is denied when the machine's own resolver says loopback", async () => {
    const { port, seen } = await recordingServer();
    await failure(() => guardedClient().request({ url: `http://localhost:${port}/` }), "HTTP_DENIED");
    expect(seen).toEqual([]);
  });

  test("is denied over https before a handshake", async () => {
    const http = guardedClient(answering("127.0.0.1"));
    await failure(() => http.request({ url: "https://rebind.test/" }), "HTTP_DENIED");
  });

  test("is checked at each connection: a second answer of the name server does not slip in", async () => {
    const { port, seen } = await recordingServer();
    const answers = ["127.0.0.1", "127.0.0.2"];
    const accepts = (address: string) => address === "127.0.0.1";
    const http = client({
      allowedHosts: ["*"],
      createGuardedSend: () =>
        createGuardedSend(accepts, (hostname, options, callback) =>
          answering(answers.shift() ?? "")?.(hostname, options, callback),
        ),
    });
    await ask(http, `http://rebind.test:${port}/first`);
    await failure(() => http.request({ url: `http://rebind.test:${port}/second` }), "HTTP_DENIED");
    expect(seen.map(({ url }) => url)).toEqual(["/first"]);
    expect(answers).toEqual([]);
  });

  test("is checked again after a redirect", async () => {
    const { port } = await recordingServer(({ url }, response) => {
      if (url === "/from") response.writeHead(302, { location: `http://private.test:${port}/to` });
      response.end();
    });
    const public_ = (hostname: string) => hostname === "public.test";
    const http = client({
      allowedHosts: ["*.test"],
      createGuardedSend: () => {
        let asked = "";
        return createGuardedSend(
          () => public_(asked),
          (hostname, options, callback) => {
            asked = hostname;
            answering("127.0.0.1")?.(hostname, options, callback);
          },
        );
      },
    });
    await failure(() => http.request({ url: `http://public.test:${port}/from` }), "HTTP_DENIED");
  });

  test.each(["127.0.0.1", "[::1]", "10.0.0.1", "0", "0x7f.1", "[::ffff:7f00:1]", "169.254.169.254"])(
    "is denied at once as the private address %s",
    async (host) => {
      const { message } = await failure(() => guardedClient().check(`http://${host}/`), "HTTP_DENIED");
      expect(message).toContain("is not at a public address");
    },
  );

  test("fails when its name leads nowhere", async () => {
    const nowhere = guardedClient((_hostname, _options, callback) => callback(null, []));
    const { message } = await failure(() => nowhere.request({ url: "http://none.test/" }), "HTTP_FAILED");
    expect(message).toContain("none.test has no address");
  });

  test("is reached at whichever of its addresses answers", async () => {
    const { port } = await recordingServer();
    const http = client({
      allowedHosts: ["*"],
      createGuardedSend: () => createGuardedSend(() => true, answering("::1", "127.0.0.1")),
    });
    expect(await ask(http, `http://two.test:${port}/`)).toEqual({ status: 200, text: "ok" });
  });

  test("is reached over a connection that ends with the answer", async () => {
    const { server, port } = await startServer((_request, response) => void response.end("ok"));
    const closed = connectionClosed(server);
    await ask(wildcardClient(), `http://plugin.test:${port}/`);
    await closed;
  });
});

describe("where connections cannot be watched, a host that only a wildcard allows", () => {
  test("is denied, and the message says what to do", async () => {
    const { message } = await failure(
      () => client({ allowedHosts: ["*.test"] }).check("http://a.test/"),
      "HTTP_DENIED",
    );
    expect(message).toContain("list the host by name, or set allowPrivateNetwork");
  });

  test("is denied with the application's own fetch, even where the platform could watch", async () => {
    const http = client({ allowedHosts: ["*"], fetch: globalThis.fetch, createGuardedSend });
    await failure(() => http.check("http://a.test/"), "HTTP_DENIED");
  });

  test("is reached once the application allows private networks", async () => {
    const { origin, seen } = await recordingServer();
    await ask(client({ allowedHosts: ["*"], allowPrivateNetwork: true }), origin);
    await ask(client({ allowedHosts: ["*"], allowPrivateNetwork: true, createGuardedSend }), origin);
    expect(seen).toHaveLength(2);
  });
});

test("a host that is allowed by name may be anywhere", async () => {
  const { port } = await recordingServer();
  const http = guardedClient(answering("10.0.0.1"), ["*", "localhost"]);
  expect(await ask(http, `http://localhost:${port}/`)).toMatchObject({ status: 200 });
});

test("guarded connections refuse a private address without a look-up", async () => {
  const send = createGuardedSend(isPublicAddress, () => expect.fail("it was looked up"));
  const { signal } = new AbortController();
  const request = { method: "GET", headers: new Headers(), body: undefined, signal };
  await failure(() => send(new URL("http://[::1]:9/"), request), "HTTP_DENIED");
});
