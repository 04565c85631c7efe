import { describe, expect, test } from "vitest";
import { asking, everyday, opening } from "./guests.ts";
import { endingOf, type Options, ours, type Sdk, theirs } from "./sdks.ts";

interface Attempt {
  readonly name: string;
  readonly manifest?: unknown;
  readonly options?: Options;
}

const module = { data: everyday };
const ask = async () => 0n;

const attempts: readonly Attempt[] = [
  { name: "a timeout outside a worker", options: { timeoutMs: 100 } },
  { name: "allowed hosts where nothing can wait for them", options: { allowedHosts: ["example.com"] } },
  {
    name: "async functions where nothing can wait for them",
    manifest: { wasm: [{ data: asking }] },
    options: { functions: { "extism:host/user": { ask } } },
  },
  { name: "folders for reading only", options: { useWasi: true, allowedPaths: { "/data": "ro:/tmp" } } },
  { name: "WASI that was not asked for", manifest: { wasm: [{ data: opening }] } },
  { name: "an unknown log level", options: { logLevel: "loud" as "info" } },
  {
    name: "a host function that is none",
    options: { functions: { env: { f: 5 as unknown as () => void } } },
  },
  { name: "an import that nobody offers", manifest: { wasm: [{ data: asking }] } },
  { name: "a manifest without wasm", manifest: { modules: [module] } },
  { name: "a manifest whose wasm is no array", manifest: { wasm: module } },
  { name: "a manifest without modules", manifest: { wasm: [] } },
  { name: "an entry that says nowhere to load from", manifest: { wasm: [{ name: "main" }] } },
  {
    name: "modules of which none is main",
    manifest: {
      wasm: [
        { ...module, name: "a" },
        { ...module, name: "b" },
      ],
    },
  },
  { name: "a view of bytes", manifest: everyday },
  { name: "bytes that are no module", manifest: new TextEncoder().encode("not wasm").buffer },
  { name: "text that is no JSON", manifest: "{ wasm" },
  { name: "a path to nothing", manifest: "/nowhere/at/all.wasm" },
  {
    name: "a response of another type",
    manifest: () => new Response("<p>", { headers: { "content-type": "text/html" } }),
  },
  {
    name: "worker settings that no worker takes",
    options: { runInWorker: true, nodeWorkerArgs: { execArgv: ["--no-such-flag"] } },
  },
  { name: "nothing", manifest: null },
  // For comparison: the same call is accepted without any of these.
  { name: "nothing but a module" },
];

function create(sdk: Sdk, { manifest = { wasm: [module] }, options = {} }: Attempt) {
  const made = typeof manifest === "function" ? manifest() : manifest;
  return endingOf(async () => {
    const plugin = await sdk.createPlugin(made as Parameters<Sdk["createPlugin"]>[0], { ...options });
    await plugin.close();
    return "created";
  });
}

describe("createPlugin refuses what @extism/extism refuses", () => {
  test.each(attempts)("given $name", async (attempt) => {
    const [expected, actual] = [await create(theirs, attempt), await create(ours, attempt)];
    expect("error" in actual, JSON.stringify(actual)).toBe("error" in expected);
    if ("error" in actual) expect(actual.error).toBeInstanceOf(Error);
  });
});
