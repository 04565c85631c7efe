import { createHash } from "node:crypto";
import { asking, everyday, letters, numbers, outer } from "./guests.ts";
import type { Options, Plugin, Sdk } from "./sdks.ts";

/** A program for the JavaScript SDK: it ends the same, whichever of the two packages it imports. */
export interface Program {
  readonly name: string;
  run(sdk: Sdk, runInWorker: boolean): Promise<unknown>;
  /** Only whether it fails is compared: the messages differ. */
  readonly ownMessage?: true;
  /** Runs on the caller's thread only. */
  readonly threadOnly?: true;
}

/** Creates a plugin, uses it, closes it. */
async function using<T>(
  sdk: Sdk,
  manifest: Parameters<Sdk["createPlugin"]>[0],
  options: Options,
  use: (plugin: Plugin) => Promise<T>,
): Promise<T> {
  const plugin = await sdk.createPlugin(manifest, options);
  try {
    return await use(plugin);
  } finally {
    await plugin.close();
  }
}

function onEveryday(name: string, use: (plugin: Plugin) => Promise<unknown>, options: Options = {}): Program {
  return {
    name,
    run: (sdk, runInWorker) => using(sdk, { wasm: [{ data: everyday }] }, { ...options, runInWorker }, use),
  };
}

function onAsking(
  name: string,
  ask: (context: Context, handle: bigint) => unknown,
  use: (plugin: Plugin) => Promise<unknown>,
): Program {
  const functions = { "extism:host/user": { ask } };
  return {
    name,
    run: (sdk, runInWorker) => using(sdk, { wasm: [{ data: asking }] }, { functions, runInWorker }, use),
  };
}

type Context = Parameters<NonNullable<Options["functions"]>[string][string]>[0];

const text = async (plugin: Plugin, name: string, input?: string | number | Uint8Array, context?: unknown) =>
  (await plugin.call(name, input, context))?.text() ?? null;

const ignoringErrors = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    () => "failed",
  );

const results: readonly Program[] = [
  onEveryday("returns text", (plugin) => text(plugin, "echo", "Grüße")),
  onEveryday("returns bytes", async (plugin) => [
    ...((await plugin.call("echo", new Uint8Array([0, 255, 7])))?.bytes() ?? []),
  ]),
  onEveryday("returns the range of a view", (plugin) =>
    text(plugin, "echo", Buffer.from("abcdef").subarray(2, 4)),
  ),
  onEveryday("parses JSON", async (plugin) => (await plugin.call("echo", '{"a":[1,null]}'))?.json()),
  onEveryday("drops a byte order mark", (plugin) => text(plugin, "echo", "\uFEFFtext")),
  onEveryday("returns null without output", (plugin) => plugin.call("nothing", "input")),
  onEveryday("tells an empty output from none", async (plugin) => (await plugin.call("empty"))?.byteLength),
  onEveryday(
    "returns an empty input as it came",
    async (plugin) => (await plugin.call("echo", ""))?.byteLength,
  ),
  onEveryday("takes a number as no input", (plugin) => text(plugin, "input_length", 5)),
  onEveryday("takes undefined as no input", (plugin) => text(plugin, "input_length")),
  onEveryday("ignores a return code beside an output", (plugin) => text(plugin, "echo_with_code", "kept")),
  onEveryday("ignores a return code without output", (plugin) => plugin.call("code")),
  onEveryday("keeps guest globals from call to call", async (plugin) => [
    await text(plugin, "count"),
    await text(plugin, "count"),
  ]),
  onEveryday("keeps guest globals over reset", async (plugin) => {
    const first = await text(plugin, "count");
    return [first, await plugin.reset(), await text(plugin, "count")];
  }),
  onEveryday("reads the output as a DataView", async (plugin) => {
    const output = await plugin.call("echo", new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    return [
      output?.getUint16(0),
      output?.getInt32(1, true),
      output?.getBigUint64(0),
      output?.byteLength,
      output?.arrayBuffer().byteLength,
    ];
  }),
  onEveryday("returns the same bytes at every call", async (plugin) => {
    const output = await plugin.call("echo", "x");
    return output?.bytes() === output?.bytes() && output?.arrayBuffer() === output?.buffer;
  }),
  onEveryday("cannot write to an output", async (plugin) => (await plugin.call("echo", "x"))?.setUint8(0, 1)),
  onEveryday("cannot write a float to an output", async (plugin) =>
    (await plugin.call("echo", "12345678"))?.setFloat64(0, 1),
  ),
];

const failures: readonly Program[] = [
  onEveryday("fails with the guest's error", (plugin) => plugin.call("fail", "it broke")),
  onEveryday("prefers the guest's error to its output", (plugin) => plugin.call("fail_with_output", "both")),
  onEveryday("refuses an unknown export", (plugin) => plugin.call("nowhere")),
  onEveryday("refuses an export that is no function", (plugin) => plugin.call("answer")),
  { ...onEveryday("fails when the guest traps", (plugin) => plugin.call("trap")), ownMessage: true },
  onEveryday("works on after an error", async (plugin) => [
    await ignoringErrors(plugin.call("fail", "no")),
    await text(plugin, "echo", "yes"),
  ]),
  onEveryday("works on after a trap", async (plugin) => [
    await ignoringErrors(plugin.call("trap")),
    await text(plugin, "echo", "yes"),
  ]),
  onEveryday("is idle after a call to an unknown export", async (plugin) => [
    await ignoringErrors(plugin.call("nowhere")),
    await text(plugin, "echo", "yes"),
  ]),
];

const settings: readonly Program[] = [
  onEveryday("reads its configuration", (plugin) => text(plugin, "config", "vowels"), {
    config: { vowels: "aeiou" },
  }),
  onEveryday("finds no missing configuration", (plugin) => plugin.call("config", "vowels")),
  onEveryday("keeps variables between calls", async (plugin) => {
    await plugin.call("remember", "key");
    const kept = await text(plugin, "recall", "key");
    await plugin.call("forget", "key");
    return [kept, await plugin.call("recall", "key")];
  }),
  onEveryday("keeps variables over reset", async (plugin) => {
    await plugin.call("remember", "key");
    await plugin.reset();
    return text(plugin, "recall", "key");
  }),
  {
    ...onEveryday("limits variables", (plugin) => plugin.call("remember", "0123456789"), {
      memory: { maxVarBytes: 5 },
    }),
    ownMessage: true,
  },
  onEveryday("reads maxPages as a limit of blocks", (plugin) => plugin.call("alloc_pages", "3"), {
    memory: { maxPages: 5 },
  }),
  onEveryday("does not hold linear memory to maxPages", (plugin) => text(plugin, "echo", "fits"), {
    memory: { maxPages: 1 },
  }),
  {
    ...onEveryday("refuses blocks beyond maxPages", (plugin) => plugin.call("alloc_pages", "6"), {
      memory: { maxPages: 5 },
    }),
    ownMessage: true,
  },
  onEveryday("tells the guest its log level", (plugin) => text(plugin, "log_level"), { logLevel: "warn" }),
  {
    name: "logs from its level on",
    async run(sdk, runInWorker) {
      const lines: string[] = [];
      const logger = {
        ...console,
        info: (line: string) => lines.push(`info ${line}`),
        error: (line: string) => lines.push(`error ${line}`),
      };
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, logLevel: "error", runInWorker },
        (plugin) => plugin.call("log", "line"),
      );
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, logLevel: "info", runInWorker },
        (plugin) => plugin.call("log", "again"),
      );
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, runInWorker },
        (plugin) => plugin.call("log", "silent"),
      );
      return lines;
    },
  },
  onEveryday("lists exports and imports", async (plugin) => [
    await plugin.getExports(),
    await plugin.getImports(),
  ]),
  onEveryday("tells which functions exist", async (plugin) => [
    await plugin.functionExists("echo"),
    await plugin.functionExists("memory"),
    await plugin.functionExists("nowhere"),
    plugin.isActive(),
  ]),
  {
    ...onEveryday(
      "gives its instance",
      async (plugin) => Object.keys((await plugin.getInstance()).exports).length,
    ),
    ownMessage: true,
  },
];

const functions: readonly Program[] = [
  onAsking(
    "asks a host function",
    (context, handle) => context.store(`${context.read(handle)?.text()}!`),
    (plugin) => text(plugin, "ask", "hi"),
  ),
  onAsking(
    "sees the host context",
    (context) => context.store(String(context.hostContext())),
    (plugin) => text(plugin, "ask", "", 42),
  ),
  onAsking(
    "sees no host context where there is none",
    (context) => context.store(typeof context.hostContext()),
    (plugin) => text(plugin, "ask"),
  ),
  onAsking(
    "measures blocks",
    (context, handle) => context.store(String(context.length(handle))),
    (plugin) => text(plugin, "ask", "four"),
  ),
  onAsking(
    "finds no block at a stray address",
    (context) => context.store(String(context.read(123n << 48n))),
    (plugin) => text(plugin, "ask", "x"),
  ),
  onAsking(
    "uses variables",
    (context) => {
      const before = context.getVariable("key");
      context.setVariable("key", "value");
      const set = context.getVariable("key")?.text();
      context.deleteVariable("key");
      return context.store(JSON.stringify([before, set, context.getVariable("key")]));
    },
    (plugin) => text(plugin, "ask", "x"),
  ),
  {
    ...onAsking(
      "writes into a block that it allocated",
      (context) => {
        const block = context.alloc(3);
        context.read(block)?.bytes().set([97, 98, 99]);
        return block;
      },
      (plugin) => text(plugin, "ask", "x"),
    ),
    threadOnly: true,
  },
  {
    ...onAsking(
      "writes into the guest's block",
      (context, handle) => {
        context.read(handle)?.bytes().fill(120);
        return 0n;
      },
      (plugin) => text(plugin, "look", "abc"),
    ),
    threadOnly: true,
  },
  onAsking(
    "leaves blocks alone that it only reads",
    (context, handle) => {
      context.read(handle)?.text();
      return 0n;
    },
    (plugin) => text(plugin, "look", "abc"),
  ),
  onAsking(
    "fails by setError",
    (context) => {
      context.setError("refused");
      return 0n;
    },
    (plugin) => plugin.call("ask", "x"),
  ),
  onAsking(
    "fails by setError with an Error",
    (context) => {
      context.setError(new RangeError("out of range"));
      return 0n;
    },
    (plugin) => plugin.call("ask", "x"),
  ),
  onAsking(
    "fails with what the host function throws",
    () => {
      throw new RangeError("thrown in the host");
    },
    (plugin) => plugin.call("ask", "x"),
  ),
  {
    ...onAsking(
      "refuses a number where a bigint is expected",
      () => 5,
      (plugin) => plugin.call("ask", "x"),
    ),
    ownMessage: true,
  },
  onAsking(
    "reads its log level",
    (context) => context.store(context.logLevel),
    (plugin) => text(plugin, "ask", "x"),
  ),
  {
    name: "passes numbers",
    run: (sdk, runInWorker) => {
      const told: unknown[] = [];
      const env = {
        number: (_: Context, a: number, b: number) => a * b,
        tell: (_: Context, value: bigint) => void told.push(value),
      };
      return using(
        sdk,
        { wasm: [{ data: numbers }] },
        { functions: { env }, runInWorker },
        async (plugin) => [await text(plugin, "number"), await text(plugin, "tell", "on"), told],
      );
    },
  },
  {
    name: "takes no result for 0",
    run: (sdk, runInWorker) =>
      using(
        sdk,
        { wasm: [{ data: numbers }] },
        { functions: { env: { number: () => undefined, tell: () => 5 } }, runInWorker },
        async (plugin) => [await text(plugin, "number"), await text(plugin, "tell", "on")],
      ),
  },
];

const sources: readonly Program[] = [
  {
    name: "is made from bytes",
    run: (sdk, runInWorker) =>
      using(sdk, everyday.slice().buffer, { runInWorker }, (plugin) => text(plugin, "echo", "bytes")),
  },
  {
    name: "is made from a module",
    run: async (sdk, runInWorker) =>
      using(sdk, await WebAssembly.compile(everyday), { runInWorker }, (plugin) =>
        text(plugin, "echo", "module"),
      ),
  },
  {
    name: "is made from a response",
    run: (sdk, runInWorker) =>
      using(
        sdk,
        new Response(everyday, { headers: { "content-type": "application/wasm" } }),
        { runInWorker },
        (plugin) => text(plugin, "echo", "response"),
      ),
  },
  {
    name: "is made from a promise",
    run: (sdk, runInWorker) =>
      using(sdk, Promise.resolve({ wasm: [{ data: everyday }] }), { runInWorker }, (plugin) =>
        text(plugin, "echo", "promise"),
      ),
  },
  {
    name: "links modules by name",
    run: (sdk, runInWorker) =>
      using(sdk, { wasm: [{ name: "letters", data: letters }, { data: outer }] }, { runInWorker }, (plugin) =>
        text(plugin, "shout", "loud"),
      ),
  },
  {
    name: "checks a hash",
    run: (sdk, runInWorker) => {
      const hash = createHash("sha256").update(everyday).digest("hex");
      return using(sdk, { wasm: [{ data: everyday, hash }] }, { runInWorker }, (plugin) =>
        text(plugin, "echo", "hash"),
      );
    },
  },
  {
    name: "refuses a wrong hash",
    ownMessage: true,
    run: (sdk, runInWorker) =>
      using(sdk, { wasm: [{ data: everyday, hash: "0".repeat(64) }] }, { runInWorker }, (plugin) =>
        text(plugin, "echo"),
      ),
  },
];

/** Every program. */
export const PROGRAMS: readonly Program[] = [...results, ...failures, ...settings, ...functions, ...sources];
