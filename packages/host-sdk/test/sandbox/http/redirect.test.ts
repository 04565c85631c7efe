import { describe, expect, test } from "vitest";
import { ask, client, failure, recordingServer, type Seen, wildcardClient } from "./support.ts";

const CREDENTIALS = { authorization: "Bearer secret", cookie: "session=secret", "x-kept": "yes" };

/** A server that redirects `/from` and records all that it is asked. */
function redirecting(location: string, status = 302) {
  return recordingServer((request, response) => {
    if (request.url === "/from") response.writeHead(status, { location });
    response.end("ok");
  });
}

describe.each([
  { way: "fetch", make: client, host: "127.0.0.1" },
  { way: "guarded connections", make: wildcardClient, host: "plugin.test" },
])("a redirect over $way", ({ make, host }) => {
  test.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "PUT", "PUT"],
    [302, "DELETE", "DELETE"],
    [307, "POST", "POST"],
    [308, "PUT", "PUT"],
    [307, "GET", "GET"],
  ])("%i makes of %s a %s, with its body only when the method stays", async (status, method, after) => {
    const { port, seen } = await redirecting("/to", status);
    const hasBody = method !== "GET" && method !== "HEAD";
    const headers = { "content-type": "text/x", "content-language": "en", "x-kept": "yes" };
    const body = hasBody ? new TextEncoder().encode("body") : undefined;
    await ask(make(), { url: `http://${host}:${port}/from`, method, headers, body });
    const [, final] = seen;
    expect(final).toMatchObject({ url: "/to", method: after, headers: { "x-kept": "yes" } });
    expect(final?.body).toBe(method === after && hasBody ? "body" : "");
    expect("content-type" in (final?.headers ?? {})).toBe(method === after);
    expect("content-language" in (final?.headers ?? {})).toBe(method === after);
  });

  test.each([300, 304, 305, 306])("is no redirect with status %i", async (status) => {
    const { port, seen } = await redirecting("/to", status);
    expect(await ask(make(), `http://${host}:${port}/from`)).toMatchObject({ status });
    expect(seen).toHaveLength(1);
  });

  test("without a location is the answer", async () => {
    const { port } = await recordingServer((_request, response) => void response.writeHead(302).end("here"));
    expect(await ask(make(), `http://${host}:${port}/`)).toEqual({ status: 302, text: "here" });
  });

  test("keeps credentials within one origin", async () => {
    const { port, seen } = await redirecting("/to");
    await ask(make(), { url: `http://${host}:${port}/from`, headers: CREDENTIALS });
    expect(seen[1]).toMatchObject({ url: "/to", headers: CREDENTIALS });
  });

  test("to another port drops credentials, those in the URLs included", async () => {
    const target = await recordingServer();
    const { port } = await redirecting(`http://evil:pass@${host}:${target.port}/to`, 307);
    await ask(make(), {
      url: `http://user:pass@${host}:${port}/from`,
      headers: { "x-kept": "yes", Cookie: "a=1" },
    });
    expectWithoutCredentials(target.seen);
  });

  test("is followed twenty times and not more", async () => {
    const { port, seen } = await recordingServer(({ url }, response) => {
      const left = Number(url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` });
      response.end("ok");
    });
    expect(await ask(make(), `http://${host}:${port}/20`)).toEqual({ status: 200, text: "ok" });
    expect(seen).toHaveLength(21);
    const { message } = await failure(
      () => make().request({ url: `http://${host}:${port}/21` }),
      "HTTP_FAILED",
    );
    expect(message).toContain("redirects more than 20 times");
  });

  test.each(["http://evil.example/", "//evil.example/", "http://127.0.0.1@evil.example/", "http://[::1]/"])(
    "to %s, which is not allowed, is denied at that hop",
    async (location) => {
      const { port } = await redirecting(location);
      const { message } = await failure(
        () => make().request({ url: `http://${host}:${port}/from` }),
        "HTTP_DENIED",
      );
      expect(message).toContain(
        `(a redirect from http://${host}:${port}/from) is not covered by allowedHosts`,
      );
    },
  );

  test("through an allowed host to a forbidden one is denied as well", async () => {
    const second = await redirecting("http://evil.example/");
    const { port } = await redirecting(`http://${host}:${second.port}/from`);
    await failure(() => make().request({ url: `http://${host}:${port}/from` }), "HTTP_DENIED");
    expect(second.seen).toHaveLength(1);
  });

  test.each(["file:///etc/passwd", "data:text/plain,x", "javascript:1"])(
    "to %s is denied",
    async (location) => {
      const { port } = await redirecting(location);
      await failure(() => make().request({ url: `http://${host}:${port}/from` }), "HTTP_DENIED");
    },
  );

  test("to what is no URL fails", async () => {
    const { port } = await redirecting("http://[");
    await failure(() => make().request({ url: `http://${host}:${port}/from` }), "HTTP_FAILED");
  });
});

function expectWithoutCredentials(seen: readonly Seen[]): void {
  expect(seen).toMatchObject([{ url: "/to", headers: { "x-kept": "yes" } }]);
  expect(seen[0]?.headers).not.toHaveProperty("authorization");
  expect(seen[0]?.headers).not.toHaveProperty("cookie");
}

test("a redirect to another name of the same server drops credentials", async () => {
  const target = await recordingServer();
  const { port } = await redirecting(`http://localhost:${target.port}/to`);
  await ask(client(), { url: `http://127.0.0.1:${port}/from`, headers: CREDENTIALS });
  expectWithoutCredentials(target.seen);
});

/** A fetch that answers https, for which there is no server here, and records where it is sent. */
function answeringFetch(answers: Readonly<Record<string, Response>>) {
  const asked: { url: string; redirect: string | undefined; headers: Headers }[] = [];
  const fetch = async (url: URL, init: RequestInit) => {
    asked.push({ url: url.href, redirect: init.redirect, headers: new Headers(init.headers) });
    return answers[url.href] ?? new Response("ok");
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

test("a redirect from https to http is denied, even to the same host", async () => {
  const location = "http://good.test/";
  const { asked, fetch } = answeringFetch({
    "https://good.test/": new Response(null, { status: 301, headers: { location } }),
  });
  const http = client({ allowedHosts: ["good.test"], fetch });
  const { message } = await failure(() => http.request({ url: "https://good.test/" }), "HTTP_DENIED");
  expect(message).toBe("https://good.test/ redirects from https to http://good.test/");
  expect(asked).toHaveLength(1);
});

test("a redirect from http to https is another origin", async () => {
  const location = "https://good.test/";
  const { asked, fetch } = answeringFetch({
    "http://good.test/": new Response(null, { status: 301, headers: { location } }),
  });
  const http = client({ allowedHosts: ["good.test"], fetch });
  await ask(http, { url: "http://good.test/", headers: CREDENTIALS });
  expect(asked.map(({ url, redirect }) => ({ url, redirect }))).toEqual([
    { url: "http://good.test/", redirect: "manual" },
    { url: "https://good.test/", redirect: "manual" },
  ]);
  expect([...(asked[1]?.headers ?? [])]).toEqual([["x-kept", "yes"]]);
});

test("a redirect that the platform hides, as browsers do, is denied with the reason", async () => {
  const hidden = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
  const { fetch } = answeringFetch({ "http://good.test/": hidden });
  const http = client({ allowedHosts: ["good.test"], fetch });
  const { message } = await failure(() => http.request({ url: "http://good.test/" }), "HTTP_DENIED");
  expect(message).toContain("browsers do not show where to");
});

test("a fetch that follows redirects in spite of being told not to is caught", async () => {
  const { origin } = await redirecting("/to");
  const disobedient = (url: URL) => globalThis.fetch(url, { redirect: "follow" });
  const http = client({ fetch: disobedient as typeof globalThis.fetch });
  await failure(() => http.request({ url: `${origin}/from` }), "HTTP_DENIED");
});
