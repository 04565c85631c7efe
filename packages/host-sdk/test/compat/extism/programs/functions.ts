import { numbers } from "../guests.ts";
import { type Context, onAsking, type Program, text, using } from "./program.ts";

/** What host functions can do. */
export const FUNCTIONS: readonly Program[] = [
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
  {
    ...onAsking(
      "waits for async functions where the platform can",
      async (context, handle) => {
        await new Promise<void>((resolve) => setImmediate(resolve));
        return context.store(`${context.read(handle)?.text()}, later`);
      },
      (plugin) => text(plugin, "ask", "now"),
    ),
    ownMessage: true, // where it cannot, the other package meets a missing constructor first
    threadOnly: true,
  },
];
