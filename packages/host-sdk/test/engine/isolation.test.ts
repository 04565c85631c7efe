import {
  asyncFunction,
  createPlugin,
  type HostFunctions,
  type Logger,
  type PluginOptions,
} from "@mortise/host-sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createPlugin as createInBrowser } from "../../src/entry/browser.ts";
import { failure } from "../helpers/failure.ts";
import { wat } from "../helpers/wat.ts";
import { callsHost, toolbox } from "./guests.ts";
import { canSuspend, user } from "./subject.ts";

const http = wat(`(module
  (import "extism:host/env" "http_request" (func (param i64 i64) (result i64)))
  (func (export "nop")))`);

const echo = (_: unknown, handle: bigint) => handle;
const functions = user(echo);
const asynchronous: HostFunctions = user(asyncFunction(echo));

const drop = () => undefined;
const logger: Logger = { trace: drop, debug: drop, info: drop, warn: drop, error: drop };

async function open(guest: Uint8Array, options: PluginOptions) {
  const plugin = await createPlugin(guest, options);
  onTestFinished(() => plugin.close());
  return plugin;
}

/** What the debug line says of where a plugin runs. */
async function explanation(guest: Uint8Array, options: PluginOptions): Promise<string> {
  const lines: string[] = [];
  const debug = (line: string) => lines.push(line);
  await open(guest, { ...options, logLevel: "debug", logger: { ...logger, debug } });
  return lines.join("\n");
}

describe("isolation: auto", () => {
  const suspendable = canSuspend ? "thread" : "worker";

  test.each<[string, string, Uint8Array, PluginOptions]>([
    ["a plugin that waits for nothing", "thread", toolbox, {}],
    ["a plugin with host functions", "thread", callsHost, { functions }],
    ["a plugin with a timeout", "thread", toolbox, { timeoutMs: 1000 }],
    [
      "a plugin with a timeout and functions that it does not import",
      "thread",
      toolbox,
      { timeoutMs: 1000, functions },
    ],
    ["a plugin with a timeout and host functions", "worker", callsHost, { timeoutMs: 1000, functions }],
    ["a plugin with a timeout and a logger", "worker", toolbox, { timeoutMs: 1000, logger }],
    ["a plugin with a timeout and a fetch", "worker", toolbox, { timeoutMs: 1000, fetch }],
    [
      "a plugin with a timeout and a stdout",
      "worker",
      toolbox,
      { timeoutMs: 1000, wasi: { stdout: () => undefined } },
    ],
    ["a plugin with an asynchronous host function", suspendable, callsHost, { functions: asynchronous }],
    [
      "a plugin with an asynchronous host function and a timeout",
      "worker",
      callsHost,
      { functions: asynchronous, timeoutMs: 1000 },
    ],
    ["a plugin that imports HTTP but is granted no host", "thread", http, {}],
    [
      "a plugin that is granted a host but imports no HTTP",
      "thread",
      toolbox,
      { allowedHosts: ["example.com"] },
    ],
    ["a plugin that is granted a host", suspendable, http, { allowedHosts: ["example.com"] }],
  ])("%s runs in a %s", async (_, expected, guest, options) => {
    expect((await open(guest, options)).isolation).toBe(expected);
  });

  test("a debug line says where a plugin runs, and why", async () => {
    expect(await explanation(toolbox, {})).toBe(
      "plugin main runs in a thread: nothing it imports has to be waited for",
    );
    expect(await explanation(callsHost, { timeoutMs: 1000, functions })).toBe(
      "plugin main runs in a worker: its timeout could interrupt application code (host function extism:host/user.f)",
    );
  });

  test("callSync of a plugin that was moved to a worker says why it is there", async () => {
    const plugin = await open(callsHost, { functions, timeoutMs: 1000 });
    const error = await failure(() => plugin.callSync("echo"), "UNSUPPORTED");
    expect(error.message).toContain("its timeout could interrupt application code");
  });
});

describe("isolation: thread", () => {
  test("a timeout beside a host function is refused, and the message names the function", async () => {
    const creating = createPlugin(callsHost, { isolation: "thread", timeoutMs: 1000, functions });
    expect((await failure(creating, "UNSUPPORTED")).message).toContain("host function extism:host/user.f");
  });

  test("a call's own timeout beside a host function is refused", async () => {
    const plugin = await open(callsHost, { isolation: "thread", functions });
    const error = await failure(plugin.call("echo", "x", { timeoutMs: 1000 }), "UNSUPPORTED");
    expect(error.message).toContain("it could interrupt application code");
    expect((await plugin.call("echo", "x")).text()).toBe("x");
  });

  test.runIf(!canSuspend)("an asynchronous host function is refused where nothing can suspend", async () => {
    const creating = createPlugin(callsHost, { isolation: "thread", functions: asynchronous });
    expect((await failure(creating, "UNSUPPORTED")).message).toContain("WebAssembly.Suspending");
  });
});

describe("platforms that have less", () => {
  test("without shared memory, a plugin that needs a worker is refused", async () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const error = await failure(createPlugin(toolbox, { isolation: "worker" }), "UNSUPPORTED");
    expect(error.message).toContain("no shared memory");
    expect((await (await open(toolbox, {})).call("echo", "x")).text()).toBe("x");
  });

  test("without workers and without a watchdog, a timeout is refused, and says both", async () => {
    const error = await failure(createInBrowser(toolbox, { timeoutMs: 1000 }), "UNSUPPORTED");
    expect(error.message).toContain("cannot interrupt a running plugin on its own thread");
    expect(error.message).toContain("has no workers");
  });

  test("without a watchdog, a call's own timeout is refused in-thread", async () => {
    const plugin = await createInBrowser(toolbox);
    const error = await failure(plugin.call("nop", "", { timeoutMs: 1000 }), "UNSUPPORTED");
    expect(error.message).toContain("this platform cannot interrupt it");
  });
});
