import { createPlugin } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { codeOf, hosts, mortise } from "../support/hosts.ts";
import { build, open } from "../support/plugin.ts";

const FRESH = `import { outputJson } from "@mortise/pdk-js";
  const frozen = Math.random();
  export function values() { outputJson([Math.random(), Math.random(), performance.timeOrigin, Date.now(), crypto.randomUUID(), frozen]); }`;

describe.each(hosts)("instances on $name", (host) => {
  test("two instances share neither random numbers nor the time of the build", async () => {
    const { wasm } = await build(FRESH);
    const plugins = [await open(host, wasm), await open(host, wasm)];
    const [a, b] = await Promise.all(
      plugins.map(async (plugin) => JSON.parse(await plugin.text("values")) as (number | string)[]),
    );
    for (const plugin of plugins) await plugin.close();
    expect(new Set([...a!.slice(0, 2), ...b!.slice(0, 2)]).size).toBe(4);
    expect(a![4]).not.toBe(b![4]);
    for (const time of [a![2], a![3], b![2], b![3]])
      expect(Math.abs(Number(time) - Date.now())).toBeLessThan(60_000);
    expect(a![5]).toBe(b![5]);
  });

  test("top-level code has run before the first call", async () => {
    const { wasm } = await build(`import { output } from "@mortise/pdk-js";
      const table = new Map(Array.from({ length: 1000 }, (_, n) => ["k" + n, n * n]));
      const setting = await Promise.resolve("ready");
      export function look() { output(setting + table.get("k31")); }`);
    const plugin = await open(host, wasm);
    expect(await plugin.text("look")).toBe("ready961");
    await plugin.close();
  });

  test("timers of a failed call do not fire in the next one", async () => {
    const { wasm } = await build(`import { output } from "@mortise/pdk-js";
      let fired = 0;
      export function fails() { setTimeout(() => { fired++; }, 0); throw new Error("x"); }
      export async function leaves() { setTimeout(() => { fired++; }, 0); }
      export function count() { output(String(fired)); }`);
    const plugin = await open(host, wasm);
    await plugin.failure("fails");
    await plugin.text("leaves");
    expect(await plugin.text("count")).toBe("0");
    await plugin.close();
  });
});

describe("limits on our host", { timeout: 30_000 }, () => {
  test("an endless loop and an endless interval meet the call's timeout, and the next call works", async () => {
    const { wasm } = await build(`import { output } from "@mortise/pdk-js";
      export function spin() { while (true); }
      export function tick() { setInterval(() => {}, 1); }
      export function regexp() { /^(a+)+$/.test("a".repeat(40) + "b"); }
      export function alive() { output("alive"); }`);
    const plugin = await createPlugin(wasm, { timeoutMs: 1000 });
    for (const name of ["spin", "tick", "regexp"]) {
      expect(codeOf(await plugin.call(name).catch((thrown: unknown) => thrown))).toBe("TIMEOUT");
      expect((await plugin.call("alive")).text()).toBe("alive");
    }
    await plugin.close();
  });

  test("memory that runs out is an error of the call, and the next call works", async () => {
    const { wasm } = await build(`import { output } from "@mortise/pdk-js";
      export function hoard() { const all = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1)); }
      export function strings() { let s = "x"; for (;;) s += s; }
      export function objects() { const all: object[] = []; for (;;) all.push({ n: all.length, next: all.at(-1) }); }
      export function alive() { output("alive"); }`);
    const plugin = await open(mortise, wasm, { maxPages: 400 });
    for (const name of ["hoard", "strings", "objects"]) {
      expect(await plugin.failure(name)).toMatch(/memory|string too long/);
      expect(await plugin.text("alive")).toBe("alive");
    }
    await plugin.close();
  });

  test("an exit code is reported as such", async () => {
    const { wasm } = await build(
      "export function seven() { return 7; }\nexport function zero() { return 0; }",
    );
    const plugin = await createPlugin(wasm);
    expect(codeOf(await plugin.call("seven").catch((thrown: unknown) => thrown))).toBe("EXIT_NONZERO");
    expect((await plugin.call("zero")).length).toBe(0);
    await plugin.close();
  });

  test("200 rounds of 1 MiB and of failures leave the plugin's memory where it was", async () => {
    const { wasm } = await build(`import { input, output } from "@mortise/pdk-js";
      export function echo() { output(input()); }
      export function fail() { throw new Error("x".repeat(10_000)); }`);
    const module = new WebAssembly.Module(Uint8Array.from(wasm));
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual([
      "memory",
      "__indirect_function_table",
      "mortise_direct",
      "echo",
      "fail",
    ]);
    const plugin = await open(mortise, wasm, { maxPages: 120 });
    const large = new Uint8Array(1 << 20).fill(7);
    for (let round = 0; round < 200; round++) {
      expect((await plugin.bytes("echo", large)).length).toBe(large.length);
      await plugin.failure("fail");
    }
    await plugin.close();
  });
});
