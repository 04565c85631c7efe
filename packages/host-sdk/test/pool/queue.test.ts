import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { callsHost, guest, toolbox } from "../engine/guests.ts";
import { user } from "../engine/subject.ts";
import { deferred } from "../helpers/deferred.ts";
import { failure } from "../helpers/failure.ts";
import { open, turnstile } from "./support.ts";

async function openNarrow(maxQueue: number) {
  const gate = turnstile();
  const pool = await open(callsHost, { isolation: "worker", size: 1, maxQueue, functions: user(gate.f) });
  return { pool, ...gate };
}

describe("calls that wait", () => {
  test("get their turn first in, first out", async () => {
    const { pool, filled, letAllThrough } = await openNarrow(10);
    const ended: string[] = [];
    const calls = ["a", "b", "c", "d"].map(async (text) => {
      await pool.call(text === "a" ? "pass" : "echo", text);
      ended.push(text);
    });
    await filled(1);
    letAllThrough();
    await Promise.all(calls);
    expect(ended).toEqual(["a", "b", "c", "d"]);
  });

  test("are refused when as many wait as may, until one has left", async () => {
    const { pool, filled, letAllThrough } = await openNarrow(2);
    const calls = [pool.call("pass", "a"), pool.call("echo", "b"), pool.call("echo", "c")];
    await filled(1);
    const error = await failure(pool.call("echo", "d"), "QUEUE_FULL");
    expect(error.message).toContain("2 calls wait");
    letAllThrough();
    await Promise.all(calls);
    expect((await pool.call("echo", "e")).text()).toBe("e");
  });

  test("are as many as members can be started for, even where none may wait", async () => {
    const gate = turnstile();
    const pool = await open(callsHost, {
      isolation: "worker",
      size: 2,
      maxQueue: 0,
      functions: user(gate.f),
    });
    const calls = [pool.call("pass", "a"), pool.call("pass", "b")];
    await failure(pool.call("echo", "c"), "QUEUE_FULL");
    await gate.filled(2);
    gate.letAllThrough();
    expect((await Promise.all(calls)).map((output) => output.text())).toEqual(["a", "b"]);
  });

  test("leave the queue at once when they are aborted, and make room", async () => {
    const { pool, filled, letAllThrough } = await openNarrow(1);
    const running = pool.call("pass", "a");
    await filled(1);
    const controller = new AbortController();
    const aborted = failure(pool.call("echo", "b", { signal: controller.signal }), "ABORTED");
    expect(pool.stats.queued).toBe(1);
    controller.abort();
    expect(pool.stats.queued).toBe(0);
    const behind = pool.call("echo", "c");
    await aborted;
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    letAllThrough();
    expect((await running).text()).toBe("a");
    expect((await behind).text()).toBe("c");
  });

  test("with arguments of the wrong type fail at once, and hold no member", async () => {
    const { pool } = await openNarrow(0);
    await expect(pool.call("echo", 7 as never)).rejects.toThrow(TypeError);
    await expect(pool.call(7 as never)).rejects.toThrow(TypeError);
    expect(pool.stats).toMatchObject({ busy: 0, queued: 0 });
    expect((await pool.call("echo", "x")).text()).toBe("x");
  });
});

describe("calls that run", () => {
  test("end when they are aborted, and their member is replaced", async () => {
    const entered = deferred();
    const f = () => {
      entered.resolve();
      return 0n;
    };
    const pool = await open(callsHost, { isolation: "worker", size: 1, functions: user(f) });
    const controller = new AbortController();
    const aborted = failure(pool.call("pass_and_loop", "", { signal: controller.signal }), "ABORTED");
    await entered.promise;
    controller.abort();
    await aborted;
    expect((await pool.call("echo", "next")).text()).toBe("next");
  });

  test("end at their timeout, and their member is replaced", async () => {
    const pool = await open(toolbox, { isolation: "worker", size: 1, timeoutMs: 5000 });
    await failure(pool.call("loop", "", { timeoutMs: 20 }), "TIMEOUT");
    expect((await pool.call("echo", "next")).text()).toBe("next");
  });
});

describe("close", () => {
  test("ends calls that run and calls that wait", async () => {
    const { pool, filled } = await openNarrow(10);
    const calls = [pool.call("pass"), pool.call("echo"), pool.call("echo")];
    const failures = calls.map((call) => failure(call, "PLUGIN_CLOSED"));
    await filled(1);
    await Promise.all([pool.close(), pool.close()]);
    await Promise.all(failures);
    await failure(pool.call("echo"), "PLUGIN_CLOSED");
    expect(pool.stats).toMatchObject({ busy: 0, queued: 0 });
  });

  test("ends members that are being started", async () => {
    let starts = 0;
    const second = deferred();
    const f = async (plugin: { store(text: string): bigint }) => {
      if (++starts === 2) {
        second.resolve();
        await new Promise<never>(() => undefined);
      }
      return plugin.store("");
    };
    const module = guest(
      `(func (export "_initialize") (drop (call $f (i64.const 0)))) (func (export "loop") (loop (br 0)))`,
      `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
    );
    const pool = await open(module, { isolation: "worker", size: 2, functions: user(f) });
    const failures = [pool.call("loop"), pool.call("loop")].map((call) => failure(call, "PLUGIN_CLOSED"));
    await second.promise;
    await pool.close();
    await Promise.all(failures);
  });

  test("happens when the scope of the pool is left", async () => {
    const pool = await open(toolbox);
    await pool[Symbol.asyncDispose]();
    await failure(pool.call("nop"), "PLUGIN_CLOSED");
  });
});
