import { describe, expect, test } from "vitest";
import { runChild } from "../helpers/child.ts";
import { callsHost, toolbox } from "./guests.ts";

const openers = {
  "in-thread plugin": "(guest, options) => sdk.createPlugin(guest, { isolation: 'thread', ...options })",
  "worker plugin": "(guest, options) => sdk.createPlugin(guest, { isolation: 'worker', ...options })",
  "pool of workers":
    "(guest, options) => sdk.createPool(guest, { isolation: 'worker', size: 2, ...options })",
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Runs a program that finds the guests in `toolbox` and `callsHost`, and starts them with `open`. */
async function run(opener: string, program: string) {
  const prelude = `const open = ${opener};
    const [toolbox, callsHost] = args.map((text) => Uint8Array.from(Buffer.from(text, "base64")));`;
  return runChild(prelude + program, { args: [base64(toolbox), base64(callsHost)] });
}

describe.each(Object.entries(openers))("a process with an %s", (name, opener) => {
  test("ends by itself while the plugin is idle, whatever has happened to it", async () => {
    const interrupts = `await plugin.call("loop", "", { timeoutMs: 20 }).catch(({ code }) => console.log(code));`;
    const result = await run(
      opener,
      `const plugin = await open(toolbox, { timeoutMs: 60_000 });
      await plugin.call("count");
      await plugin.call("trap").catch(({ code }) => console.log(code));
      ${interrupts}
      console.log((await plugin.call("count")).text());`,
    );
    expect(result).toEqual({ code: 0, stdout: "TRAP\nTIMEOUT\n1\n", stderr: "" });
  });

  test("has no timer and no worker left once the plugin is closed", async () => {
    const result = await run(
      opener,
      `const plugin = await open(toolbox, { timeoutMs: 60_000 });
      const { signal } = new AbortController();
      await plugin.call("count", "", { signal });
      await plugin.call("loop", "", { timeoutMs: 20 }).catch(() => {});
      await plugin.close();
      console.log(process.getActiveResourcesInfo().filter((name) => /Timeout|Worker|MessagePort/.test(name)));`,
    );
    expect(result).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
  });

  test.skipIf(name === "in-thread plugin")("lives as long as a call runs", async () => {
    const result = await run(
      opener,
      `const f = async () => {
        await new Promise((resolve) => setTimeout(resolve, 200).unref());
        return 0n;
      };
      const plugin = await open(callsHost, { functions: { "extism:host/user": { f } } });
      plugin.call("pass_and_count").then((output) => console.log(output.text()));`,
    );
    expect(result).toEqual({ code: 0, stdout: "1\n", stderr: "" });
  });
});
