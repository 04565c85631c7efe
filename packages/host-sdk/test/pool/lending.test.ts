import type { PluginPool } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { callsHost, toolbox } from "../engine/guests.ts";
import { user } from "../engine/subject.ts";
import { failure } from "../helpers/failure.ts";
import { limitedStarts, open, openWatched, turnstile } from "./support.ts";

const texts = async (calls: Promise<{ text(): string }>[]) =>
  (await Promise.all(calls)).map((output) => output.text());

describe.each(["thread", "worker"] as const)("what a member forgets (%s)", (isolation) => {
  const repeated = (pool: PluginPool, name: string) => texts([1, 2, 3].map(() => pool.call(name)));

  test("by default, everything: each call has a fresh instance and no vars", async () => {
    const pool = await open(toolbox, { isolation, size: 1 });
    expect(await repeated(pool, "count")).toEqual(["1", "1", "1"]);
    expect(await repeated(pool, "count_in_var")).toEqual(["1", "1", "1"]);
  });

  test("with reset: memory, neither its state nor its vars", async () => {
    const pool = await open(toolbox, { isolation, size: 1, reset: "memory" });
    expect(await repeated(pool, "count")).toEqual(["1", "2", "3"]);
    expect(await repeated(pool, "count_in_var")).toEqual(["1", "2", "3"]);
  });

  test("a call that fails leaves nothing to the next one either", async () => {
    const pool = await open(toolbox, { isolation, size: 1 });
    await failure(pool.call("fail", "no"), "PLUGIN_FAILED");
    await failure(pool.call("absent"), "EXPORT_MISSING");
    await failure(pool.call("trap"), "TRAP");
    expect(await repeated(pool, "count")).toEqual(["1", "1", "1"]);
  });

  test("a member that holds too much after a call is replaced", async () => {
    const options = { isolation, size: 1, reset: "memory" } as const;
    const frugal = await open(toolbox, { ...options, retainBytes: 2 ** 20 });
    expect(await repeated(frugal, "count")).toEqual(["1", "2", "3"]);
    await frugal.call("echo_and_grow");
    expect(await repeated(frugal, "count")).toEqual(["1", "2", "3"]);
    const generous = await open(toolbox, options);
    await generous.call("count");
    await generous.call("echo_and_grow");
    expect((await generous.call("count")).text()).toBe("2");
  });
});

describe("members", () => {
  test("are started when a call would have to wait, and not before", async () => {
    const { f, filled, letAllThrough } = turnstile();
    const { pool, workers } = await openWatched(callsHost, { size: 3, functions: user(f) });
    expect(workers.length).toBe(1);
    await pool.call("echo", "x");
    await pool.call("echo", "x");
    expect(workers.length).toBe(1);
    const calls = ["a", "b"].map((text) => pool.call("pass", text));
    await filled(2);
    expect(workers.length).toBe(2);
    letAllThrough();
    expect(await texts(calls)).toEqual(["a", "b"]);
  });

  test("run calls side by side, as many as there are", async () => {
    const { f, filled, letAllThrough } = turnstile();
    const pool = await open(callsHost, { isolation: "worker", size: 3, functions: user(f) });
    const calls = ["a", "b", "c", "d"].map((text) => pool.call("pass", text));
    await filled(3);
    expect(pool.stats).toMatchObject({ size: 3, busy: 3, queued: 1 });
    letAllThrough();
    await filled(1);
    letAllThrough();
    expect(await texts(calls)).toEqual(["a", "b", "c", "d"]);
  });

  test("that end by themselves are replaced", async () => {
    const { pool, workers } = await openWatched(toolbox, { size: 1 });
    await pool.call("nop");
    await workers[0]?.terminate();
    expect((await pool.call("echo", "x")).text()).toBe("x");
    expect(workers.length).toBe(2);
  });

  test("that end during a call fail it, and no other", async () => {
    const { f, filled, letAllThrough } = turnstile();
    const { pool, workers } = await openWatched(callsHost, { size: 1, functions: user(f) });
    const crashed = failure(pool.call("pass"), "WORKER_CRASHED");
    const next = pool.call("echo", "next");
    await filled(1);
    await workers[0]?.terminate();
    await crashed;
    expect((await next).text()).toBe("next");
    letAllThrough();
  });

  test("that cannot be started fail one call each, and the others go on", async () => {
    const { f, filled, letAllThrough } = turnstile();
    const { start, startNone } = limitedStarts();
    const pool = await open(callsHost, { isolation: "worker", worker: start, size: 2, functions: user(f) });
    startNone();
    const first = pool.call("pass", "first");
    await filled(1);
    await failure(pool.call("echo", "second"), "WORKER_CRASHED");
    letAllThrough();
    expect((await first).text()).toBe("first");
    expect((await pool.call("echo", "third")).text()).toBe("third");
  });

  test("may call their own pool from a host function, which takes another member", async () => {
    const pool: PluginPool = await open(callsHost, {
      isolation: "worker",
      size: 2,
      functions: user(async (plugin) => plugin.store((await pool.call("echo", "inner")).bytes())),
    });
    expect((await pool.call("pass", "outer")).text()).toBe("inner");
  });
});

describe("createPool", () => {
  test("fails when the plugin does not start", async () => {
    await failure(open(callsHost), "IMPORT_UNRESOLVED");
  });

  test.each([
    { size: 0 },
    { size: 1.5 },
    { maxQueue: -1 },
    { reset: "vars" },
    { retainBytes: Number.NaN },
    { sise: 2 },
  ])("refuses %o", async (options) => {
    await expect(open(toolbox, options as never)).rejects.toThrow(TypeError);
  });

  test("has one member at least when nothing else is asked for", async () => {
    const pool = await open(toolbox);
    expect(pool.stats.size).toBeGreaterThanOrEqual(1);
    expect(pool.has("echo")).toBe(true);
    expect(pool.has("absent")).toBe(false);
  });
});
