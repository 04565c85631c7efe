import { describe, expect, test } from "vitest";
import { asking, endless, everyday } from "./guests.ts";
import { comparable, endingOf, type Options, ours, type Plugin, type Sdk, theirs } from "./sdks.ts";

type Context = Parameters<NonNullable<Options["functions"]>[string][string]>[0];

interface WorkerProgram {
  readonly name: string;
  run(sdk: Sdk): Promise<unknown>;
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: Error) => error.message,
  );

async function inWorker<T>(
  sdk: Sdk,
  data: Uint8Array,
  options: Options,
  use: (plugin: Plugin) => Promise<T>,
): Promise<T> {
  const plugin = await sdk.createPlugin({ wasm: [{ data }] }, { ...options, runInWorker: true });
  try {
    return await use(plugin);
  } finally {
    await plugin.close();
  }
}

function askingWith(ask: (context: Context, handle: bigint) => unknown): Options {
  return { functions: { "extism:host/user": { ask } } };
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

const programs: readonly WorkerProgram[] = [
  {
    name: "waits for async functions",
    run: (sdk) => {
      const options = askingWith(async (context, handle) => {
        const text = context.read(handle)?.text();
        await later();
        return context.store(`${text}, later`);
      });
      return inWorker(sdk, asking, options, async (plugin) => (await plugin.call("ask", "now"))?.text());
    },
  },
  {
    name: "waits for functions that return a promise",
    run: (sdk) => {
      const options = askingWith((context) => later().then(() => context.store("promised")));
      return inWorker(sdk, asking, options, async (plugin) => (await plugin.call("ask", "x"))?.text());
    },
  },
  {
    name: "refuses a call while another runs",
    run: (sdk) =>
      inWorker(sdk, everyday, {}, async (plugin) => {
        const first = plugin.call("echo", "first");
        const active = plugin.isActive();
        const second = await outcome(plugin.call("echo", "second"));
        return [
          active,
          second,
          (await first)?.text(),
          plugin.isActive(),
          await outcome(plugin.call("echo", "third")),
        ];
      }),
  },
  {
    name: "does not reset while a call runs",
    run: (sdk) =>
      inWorker(sdk, everyday, {}, async (plugin) => {
        const call = plugin.call("echo", "x");
        const during = await plugin.reset();
        await call;
        return [during, await plugin.reset()];
      }),
  },
  {
    name: "refuses a call from inside one of its own",
    run: (sdk) => {
      let nested: Promise<string> | undefined;
      let plugin: Plugin | undefined;
      const options = askingWith(async (context) => {
        nested = outcome((plugin as Plugin).call("ask", "inner"));
        return context.store(await nested);
      });
      return inWorker(sdk, asking, options, async (created) => {
        plugin = created;
        return (await created.call("ask", "outer"))?.text();
      });
    },
  },
  {
    name: "ends a call at its timeout and works on",
    run: (sdk) =>
      inWorker(sdk, endless, { timeoutMs: 2_000 }, async (plugin) => [
        await outcome(plugin.call("run")),
        (await plugin.call("echo", "alive"))?.text(),
      ]),
  },
  {
    name: "starts its worker with settings of the application's",
    run: (sdk) =>
      inWorker(
        sdk,
        everyday,
        { nodeWorkerArgs: { name: "mine", resourceLimits: { maxOldGenerationSizeMb: 64 } } },
        async (plugin) => (await plugin.call("echo", "x"))?.text(),
      ),
  },
];

describe("a program with runInWorker ends the same with both packages", () => {
  test.each(programs)("it $name", async (program) => {
    const [expected, actual] = [
      await endingOf(() => program.run(theirs)),
      await endingOf(() => program.run(ours)),
    ];
    expect(comparable(actual)).toEqual(comparable(expected));
    expect(actual).toHaveProperty("value");
  });

  test("it has no instance to give", async () => {
    await inWorker(ours, everyday, {}, async (plugin) => {
      await expect(plugin.getInstance()).rejects.toMatchObject({ code: "UNSUPPORTED" });
    });
    await inWorker(theirs, everyday, {}, async (plugin) => {
      await expect(plugin.getInstance()).rejects.toThrow();
    });
  });

  test("the very error that a host function throws reaches the caller", async () => {
    const thrown = new RangeError("mine");
    const options = askingWith(() => {
      throw thrown;
    });
    await inWorker(ours, asking, options, async (plugin) => {
      const error = await plugin.call("ask", "x").catch((caught: unknown) => caught);
      expect(error).toBe(thrown);
    });
  });
});
