import { Writable } from "node:stream";
import type { WasiInput } from "@mortise/host-sdk";
import { describe, expect, it } from "vitest";
import { failure } from "../helpers/failure.ts";
import { tool } from "./guest.ts";
import { collector, ENGINES, outputOf, PLUGINS } from "./support.ts";

/** A function that hands out the chunks, then ends. */
function pulling(...chunks: string[]): (maxBytes: number) => Uint8Array | null {
  return () => {
    const chunk = chunks.shift();
    return chunk === undefined ? null : new TextEncoder().encode(chunk);
  };
}

describe.each(ENGINES)("standard streams of $name", ({ open }) => {
  it.each<[string, () => WasiInput]>([
    ["bytes", () => new TextEncoder().encode("Wörld")],
    ["text", () => "Wörld"],
    ["a function", () => pulling("Wö", "", "rld")],
  ])("read input from %s", async (kind, input) => {
    const { write, chunks } = collector();
    const plugin = await open(tool, { wasi: { stdin: input(), stdout: write } });
    // An empty chunk is what a guest takes for the end; the next call goes on from there.
    for (let calls = kind === "a function" ? 2 : 1; calls > 0; calls--) {
      await plugin.call("cat");
    }
    expect(Buffer.concat(chunks).toString()).toBe("Wörld");
  });

  it("read no more at a time from a function than the guest asked for", async () => {
    const asked: number[] = [];
    const stdin = (maxBytes: number) => {
      asked.push(maxBytes);
      return null;
    };
    const plugin = await open(tool, { wasi: { stdin } });
    await plugin.call("cat_once");
    expect(asked).toEqual([3]);
  });

  it("write to a function, a Writable and a WritableStream, before the call returns", async () => {
    const [toFunction, toWritable, toStream] = [collector(), collector(), collector()];
    const writable = new Writable({
      write(chunk, _encoding, done) {
        toWritable.write(chunk);
        done();
      },
    });
    const stream = new WritableStream<Uint8Array>({ write: toStream.write });
    await new Promise((resolve) => setImmediate(resolve)); // a WritableStream starts later than it is made
    for (const [stdout, received] of [
      [toFunction.write, toFunction],
      [writable, toWritable],
      [stream, toStream],
    ] as const) {
      const plugin = await open(tool, { wasi: { stdout } });
      for (const text of ["one ", "two ", "three "]) await plugin.call("cat", "", { wasi: { stdin: text } });
      expect(received.text).toBe("one two three ");
    }
  });

  it("keep standard output and standard error apart", async () => {
    const [stdout, stderr] = [collector(), collector()];
    const plugin = await open(tool, { wasi: { stdin: "fine", stdout: stdout.write, stderr: stderr.write } });
    await plugin.call("complain");
    expect([stdout.text, stderr.text]).toEqual(["", "oops\n"]);
    await plugin.call("cat");
    expect([stdout.text, stderr.text]).toEqual(["fine", "oops\n"]);
  });

  it("go to the logger line by line, the last line of a call too when it is not ended", async () => {
    const lines: string[] = [];
    const log = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
    const logger = {
      trace: log("trace"),
      debug() {},
      info: log("info"),
      warn: log("warn"),
      error: log("error"),
    };
    const plugin = await open(tool, { logger, wasi: { stdout: "log", stderr: "log" } });
    await plugin.call("cat", "", { wasi: { stdin: "one\ntwo\nthr" } });
    expect(lines).toEqual(["info one", "info two", "info thr"]);
    await plugin.call("complain");
    expect(lines.at(-1)).toBe("error oops");
  });

  it("can be given for one call, over those of the plugin", async () => {
    const [always, once] = [collector(), collector()];
    const plugin = await open(tool, { wasi: { stdin: "always", stdout: always.write } });
    await plugin.call("cat", "", { wasi: { stdin: "once", stdout: once.write } });
    await plugin.call("cat");
    expect([always.text, once.text]).toEqual(["always", "once"]);
  });

  it("are complete when a call traps or exits", async () => {
    for (const name of ["trap", "exit"]) {
      const { write, chunks } = collector();
      const plugin = await open(tool, { wasi: { stdout: write } });
      await failure(plugin.call(name), name === "trap" ? "TRAP" : "EXIT_NONZERO");
      expect(Buffer.concat(chunks).toString()).toBe("partial");
    }
  });

  it("carry more at once than one message between threads", async () => {
    const { write, chunks } = collector();
    const plugin = await open(tool, { wasi: { stdout: write } });
    await plugin.call("flood");
    expect(Buffer.concat(chunks).byteLength).toBe(0x30000);
  });

  it("fail the call when the application's code throws, with what it threw as the cause; the next call works", async () => {
    const cause = new Error("the disk is full");
    const refuse = () => {
      throw cause;
    };
    const plugin = await open(tool);
    for (const [name, wasi] of [
      ["cat", { stdin: "x", stdout: refuse }],
      ["complain", { stderr: refuse }],
      ["cat", { stdin: refuse }],
    ] as const) {
      const error = await failure(plugin.call(name, "", { wasi }), "HOST_FUNCTION_FAILED");
      expect(error.cause).toBe(cause);
      expect(error.message).toContain("the disk is full");
      expect(await outputOf(plugin, "cat", "next")).toBe("next");
    }
  });

  it("fail the call when an input function returns what is no chunk", async () => {
    const plugin = await open(tool);
    const stdin = (() => "text") as unknown as () => Uint8Array;
    const error = await failure(plugin.call("cat", "", { wasi: { stdin } }), "HOST_FUNCTION_FAILED");
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it("hand over chunks that stay as they are", async () => {
    const { write, chunks } = collector();
    const plugin = await open(tool, { wasi: { stdout: write } });
    await plugin.call("cat", "", { wasi: { stdin: "first" } });
    await plugin.call("cat", "", { wasi: { stdin: "other" } });
    expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(["first", "other"]);
  });
});

describe.each(PLUGINS)("the input of $name", ({ open }) => {
  it("goes on from call to call, and begins anew with a new instance", async () => {
    const { write, chunks } = collector();
    const plugin = await open(tool, { wasi: { stdin: "abcdef", stdout: write } });
    await plugin.call("cat_once");
    await plugin.call("cat_once");
    await plugin.call("cat_once");
    await failure(plugin.call("trap"), "TRAP");
    await plugin.call("cat_once");
    expect(Buffer.concat(chunks).toString()).toBe("abcdefpartialabc");
  });
});

it("a call with a timeout on the caller's thread cannot have a callback, which it could interrupt", async () => {
  const plugin = await PLUGINS[0]?.open(tool, { timeoutMs: 1000 });
  const { write } = collector();
  const error = await failure(
    () => plugin?.call("cat", "", { wasi: { stdin: "x", stdout: write } }),
    "UNSUPPORTED",
  );
  expect(error.message).toContain("application code");
  await plugin?.call("cat", "", { wasi: { stdin: "x" } });
});
