import { describe, expect, it } from "vitest";
import { failure } from "../helpers/failure.ts";
import { tool } from "./guest.ts";
import { collector, ENGINES, outputOf } from "./support.ts";

const NUL = "\0";

describe.each(ENGINES)("the system of $name", ({ open }) => {
  it("has the arguments and variables that were given", async () => {
    const plugin = await open(tool, { wasi: { args: ["tool", "zwölf", ""], env: { A: "1", EMPTY: "" } } });
    expect(await outputOf(plugin, "args")).toBe(["tool", "zwölf", "", ""].join(NUL));
    expect(await outputOf(plugin, "env")).toBe(["A=1", "EMPTY=", ""].join(NUL));
  });

  it("has other arguments for one call", async () => {
    const plugin = await open(tool, { wasi: { args: ["always"] } });
    const { write, chunks } = collector();
    await plugin.call("args", "", { wasi: { args: ["once", "more"], stdout: write } });
    await plugin.call("args", "", { wasi: { args: [], stdout: write } });
    await plugin.call("args", "", { wasi: { stdout: write } });
    expect(Buffer.concat(chunks).toString()).toBe(`once${NUL}more${NUL}always${NUL}`);
  });

  it("inherits nothing from the process", async () => {
    process.env["MORTISE_TEST_SECRET"] = "secret";
    const plugin = await open(tool);
    expect(await outputOf(plugin, "args")).toBe("");
    expect(await outputOf(plugin, "env")).toBe("");
    expect(await outputOf(plugin, "cat")).toBe("");
    delete process.env["MORTISE_TEST_SECRET"];
    await failure(plugin.call("read_file", "", { wasi: { stdin: "etc/passwd" } }), "EXIT_NONZERO");
  });

  it("is refused with arguments that no program can be given", async () => {
    await expect(open(tool, { wasi: { args: [`a${NUL}b`] } })).rejects.toThrow();
  });

  it("stands still in a deterministic run", async () => {
    const run = async (seed: number) => {
      const plugin = await open(tool, { wasi: { deterministic: { now: 1_700_000_000_000, seed } } });
      const { write, chunks } = collector();
      await plugin.call("clock", "", { wasi: { stdout: write } });
      await plugin.call("random", "", { wasi: { stdout: write } });
      return Buffer.concat(chunks);
    };
    const first = await run(7);
    expect(first.readBigUInt64LE()).toBe(1_700_000_000_000_000_000n);
    expect(await run(7)).toEqual(first);
    expect((await run(8)).subarray(8)).not.toEqual(first.subarray(8));
  });

  it("takes the time from the application's clock", async () => {
    let now = 1000;
    const plugin = await open(tool, { wasi: { deterministic: { now: () => now, seed: 1 } } });
    const { write, chunks } = collector();
    await plugin.call("clock", "", { wasi: { stdout: write } });
    now = 2000;
    await plugin.call("clock", "", { wasi: { stdout: write } });
    expect(chunks.map((chunk) => Buffer.from(chunk).readBigUInt64LE())).toEqual([
      1_000_000_000n,
      2_000_000_000n,
    ]);
  });

  it("fails a call whose clock throws", async () => {
    const cause = new Error("no clock");
    const now = () => {
      throw cause;
    };
    const plugin = await open(tool, { wasi: { deterministic: { now, seed: 1 } } });
    expect((await failure(plugin.call("clock"), "HOST_FUNCTION_FAILED")).cause).toBe(cause);
    await plugin.call("random");
  });

  it("ends a guest's sleep with the call's time", async () => {
    const plugin = await open(tool, { timeoutMs: 2000 });
    await failure(plugin.call("sleep"), "TIMEOUT");
    await plugin.call("random");
  });
});
