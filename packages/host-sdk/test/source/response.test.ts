import { describe, expect, test } from "vitest";
import { failure, load, MODULE, serveFiles } from "./support.ts";

describe("a Response", () => {
  test.each([
    ["by itself", (response: Response) => response],
    ["in a manifest", (response: Response) => ({ wasm: [{ response }] })],
  ])("is read, %s", async (_where, wrap) => {
    const origin = await serveFiles({ "/plugin.wasm": MODULE });
    const { modules } = await load(wrap(await fetch(`${origin}/plugin.wasm`)));
    expect(modules).toMatchObject([{ bytes: MODULE, origin: `${origin}/plugin.wasm` }]);
  });

  test("that is no success is SOURCE_UNREACHABLE, naming status and URL", async () => {
    const origin = await serveFiles({});
    const { message } = await failure(load(await fetch(`${origin}/x?key=secret`)), "SOURCE_UNREACHABLE");
    expect(message).toBe(`${origin}/x?… answered with status 404 Not Found`);
  });

  test("that failed as a whole is SOURCE_UNREACHABLE", async () => {
    expect((await failure(load(Response.error()), "SOURCE_UNREACHABLE")).message).toContain("error response");
  });

  test("whose body has been read is a TypeError that says so", async () => {
    const read = new Response(MODULE);
    await read.arrayBuffer();
    await expect(load(read)).rejects.toThrow(
      new TypeError(
        "The body of the Response has already been read; pass an unread Response, or response.clone()",
      ),
    );
    await expect(load({ wasm: [{ response: read }] })).rejects.toThrow(TypeError);
  });

  test("serves one load only, even if both begin at once", async () => {
    const response = new Response(MODULE);
    const [first, second] = await Promise.allSettled([load(response), load(response)]);
    expect(first.status).toBe("fulfilled");
    const message = expect.stringContaining("has already been read");
    expect(second).toMatchObject({ status: "rejected", reason: { name: "TypeError", message } });
  });

  test("without a body is empty, and so no module", async () => {
    expect((await failure(load(new Response(null, { status: 204 })), "MODULE_INVALID")).message).toContain(
      "it is empty",
    );
  });

  test("over the limit is MODULE_TOO_LARGE", async () => {
    await failure(load(new Response(new Uint8Array(2000))), "MODULE_TOO_LARGE");
  });

  test("whose body is not made of bytes is SOURCE_UNREACHABLE", async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue("text") });
    const response = Object.defineProperty(new Response(), "body", { value: body });
    await failure(load(response), "SOURCE_UNREACHABLE");
  });
});
