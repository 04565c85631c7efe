import { afterEach, describe, expect, test, vi } from "vitest";
import { failure, load, MODULE, serveFiles, sha256 } from "./support.ts";

const hash = sha256(MODULE);
const wrong = "0".repeat(64);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a module with a hash", () => {
  test.each([
    ["in lower case", hash],
    ["in upper case", hash.toUpperCase()],
  ])("loads if the hash, %s, is that of its bytes", async (_case, given) => {
    expect((await load({ wasm: [{ data: MODULE, hash: given }] })).modules).toMatchObject([{ digest: hash }]);
  });

  test("is HASH_MISMATCH otherwise, naming both digests and where the module came from", async () => {
    const origin = await serveFiles({ "/plugin.wasm": MODULE });
    const manifest = { wasm: [{ url: `${origin}/plugin.wasm`, hash: wrong }] };
    const { message } = await failure(load(manifest), "HASH_MISMATCH");
    expect(message).toContain(hash);
    expect(message).toContain(wrong);
    expect(message).toContain(`${origin}/plugin.wasm`);
  });

  test("is checked whatever it comes from", async () => {
    await failure(load({ wasm: [{ data: MODULE, hash: wrong }] }), "HASH_MISMATCH");
    await failure(load({ wasm: [{ response: new Response(MODULE), hash: wrong }] }), "HASH_MISMATCH");
  });
});

describe("without WebCrypto, as on an http page,", () => {
  test("a module with a hash is UNSUPPORTED", async () => {
    vi.stubGlobal("crypto", { subtle: undefined });
    await failure(load({ wasm: [{ data: MODULE, hash }] }), "UNSUPPORTED");
  });

  test("a module without one loads, and has no digest", async () => {
    vi.stubGlobal("crypto", undefined);
    expect((await load({ wasm: [{ data: MODULE }] })).modules[0]).not.toHaveProperty("digest");
  });
});
