import type { Worker } from "node:worker_threads";
import { createPlugin, type PluginOptions } from "@mortise/host-sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { deferred } from "../helpers/deferred.ts";
import { failure } from "../helpers/failure.ts";
import { misbehavingWorker, ownWorker, workerOf } from "../helpers/worker.ts";
import { callsHost, toolbox } from "./guests.ts";
import { user } from "./subject.ts";

async function open(guest: Uint8Array, worker: PluginOptions["worker"], options: PluginOptions = {}) {
  const plugin = await createPlugin(guest, {
    isolation: "worker",
    ...options,
    ...(worker ? { worker } : {}),
  });
  onTestFinished(() => plugin.close());
  return plugin;
}

const good = ownWorker();

/** The first worker is a bad one, those that replace it are good. */
function once(bad: () => unknown): () => unknown {
  let starts = 0;
  return () => (starts++ === 0 ? bad() : good());
}

/** A plugin with its workers, in the order of their starts. */
async function openWatched(options: PluginOptions) {
  const workers: Worker[] = [];
  const plugin = await open(
    callsHost,
    () => {
      const worker = good();
      workers.push(worker);
      return worker;
    },
    options,
  );
  return { plugin, workers };
}

describe("a worker of the application's own", () => {
  test("runs the plugin when it loads our entry", async () => {
    const plugin = await open(toolbox, good);
    expect((await plugin.call("echo", "x")).text()).toBe("x");
  });

  test("that cannot be made fails the creation, with the reason as cause", async () => {
    const reason = new Error("no more workers");
    const opening = open(toolbox, () => {
      throw reason;
    });
    expect((await failure(opening, "WORKER_CRASHED")).cause).toBe(reason);
  });

  test("that is no worker is a TypeError", async () => {
    await expect(open(toolbox, () => ({}))).rejects.toThrow(TypeError);
  });

  test.each([
    ["ends at once", workerOf("")],
    ["exits", workerOf("process.exit(3)")],
    ["throws", workerOf("throw new Error('broken')")],
    ["cannot be parsed", workerOf("{")],
    ["loads what is not there", workerOf("await import('./absent.mjs')")],
  ])("that %s fails the creation", async (_, worker) => {
    await failure(open(toolbox, worker), "WORKER_CRASHED");
  });

  test("that runs something else, and says nothing, fails the creation after a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const started = deferred();
    const silent = workerOf("setInterval(() => {}, 1000)");
    const opening = open(toolbox, () => {
      started.resolve();
      return silent();
    });
    const failing = failure(opening, "WORKER_CRASHED");
    await started.promise;
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await failing).message).toContain("@mortise/host-sdk/worker");
  });
});

const endings = {
  exits: { misbehave: "process.exit(3)", options: {}, code: "WORKER_CRASHED" },
  throws: { misbehave: "throw new Error('broken')", options: {}, code: "WORKER_CRASHED" },
  "fills its heap": {
    misbehave: "for (const held = [];;) held.push(new Array(100_000).fill(0.5))",
    options: { resourceLimits: { maxOldGenerationSizeMb: 16 } },
    code: "MEMORY_LIMIT",
  },
} as const;

describe.each(Object.entries(endings))("a worker that %s", (_, { misbehave, options, code }) => {
  test("when it is called fails that call; the next one runs in another worker, with the old vars", async () => {
    const { start, trigger } = misbehavingWorker(misbehave, options);
    const plugin = await open(toolbox, once(start));
    await plugin.call("count");
    await plugin.call("count_in_var");
    trigger();
    expect((await failure(plugin.call("count"), code)).plugin).toBe("main");
    expect((await plugin.call("count")).text()).toBe("1");
    expect((await plugin.call("count_in_var")).text()).toBe("2");
  });

  test("after a host function fails its call and no other", async () => {
    const { start, trigger } = misbehavingWorker(misbehave, options);
    const f = () => {
      trigger();
      return 0n;
    };
    const plugin = await open(callsHost, once(start), { functions: user(f) });
    const calls = [plugin.call("echo", "before"), plugin.call("pass"), plugin.call("echo", "after")] as const;
    expect((await calls[0]).text()).toBe("before");
    await failure(calls[1], code);
    expect((await calls[2]).text()).toBe("after");
  });
});

describe("a worker that is ended from outside", () => {
  test("between two calls is replaced, and nobody notices", async () => {
    const { plugin, workers } = await openWatched({ functions: user(() => 0n) });
    await plugin.call("pass_and_count");
    await workers[0]?.terminate();
    expect((await plugin.call("pass_and_count")).text()).toBe("1");
    expect(workers.length).toBe(2);
  });

  test("while a host function is pending fails the call at once", async () => {
    const entered = deferred();
    const f = async () => {
      entered.resolve();
      return new Promise<never>(() => undefined);
    };
    const { plugin, workers } = await openWatched({ functions: user(f) });
    const call = failure(plugin.call("pass"), "WORKER_CRASHED");
    await entered.promise;
    await workers[0]?.terminate();
    await call;
    expect((await plugin.call("echo", "next")).text()).toBe("next");
  });

  test("and cannot be replaced fails the calls after it, until one can be", async () => {
    let starts = 0;
    const { start, trigger } = misbehavingWorker("process.exit(3)");
    const plugin = await open(toolbox, () => {
      if (++starts === 1) return start();
      if (starts <= 3) throw new Error("no more workers");
      return good();
    });
    trigger();
    await failure(plugin.call("nop"), "WORKER_CRASHED"); // which has tried to replace it: the second start
    await failure(plugin.call("nop"), "WORKER_CRASHED");
    expect((await plugin.call("echo", "x")).text()).toBe("x");
    expect(starts).toBe(4);
  });
});
