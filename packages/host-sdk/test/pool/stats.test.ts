import { expect, test } from "vitest";
import { Latencies } from "../../src/engine/pool/latencies.ts";
import { callsHost, toolbox } from "../engine/guests.ts";
import { user } from "../engine/subject.ts";
import { failure } from "../helpers/failure.ts";
import { open, turnstile } from "./support.ts";

test("a pool that was not called has no times", async () => {
  const pool = await open(toolbox, { size: 2 });
  expect(pool.stats).toEqual({
    size: 2,
    busy: 0,
    queued: 0,
    calls: 0,
    failures: 0,
    p50: undefined,
    p99: undefined,
  });
});

test("a pool counts the calls that its members ran, and those that failed", async () => {
  const pool = await open(toolbox, { size: 1, maxQueue: 0 });
  await pool.call("nop");
  await failure(pool.call("trap"), "TRAP");
  await failure(pool.call("nop", "", { signal: AbortSignal.abort() }), "ABORTED");
  const { p50 = -1, p99 = -1, ...counts } = pool.stats;
  expect(counts).toEqual({ size: 1, busy: 0, queued: 0, calls: 3, failures: 2 });
  expect(p50).toBeGreaterThanOrEqual(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
});

test("a pool tells how many members are busy, and how many calls wait", async () => {
  const { f, filled, letAllThrough } = turnstile();
  const pool = await open(callsHost, { isolation: "worker", size: 1, functions: user(f) });
  const calls = [pool.call("pass"), pool.call("echo"), pool.call("echo")];
  await filled(1);
  expect(pool.stats).toMatchObject({ busy: 1, queued: 2 });
  letAllThrough();
  await Promise.all(calls);
  expect(pool.stats).toMatchObject({ busy: 0, queued: 0, calls: 3, failures: 0 });
});

test("quantiles are those of the last 1,024 calls", () => {
  const latencies = new Latencies();
  expect(latencies.quantiles(0.5)).toEqual([undefined]);
  for (let i = 1; i <= 100; i++) latencies.add(i);
  expect(latencies.quantiles(0.5, 0.99, 1)).toEqual([50, 99, 100]);
  for (let i = 0; i < 1024; i++) latencies.add(7);
  expect(latencies.quantiles(0.5, 0.99)).toEqual([7, 7]);
  expect(latencies.count).toBe(1124);
});
