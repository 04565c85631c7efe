import { describe, expect, test } from "vitest";
import { runChild } from "../helpers/child.ts";
import { toolbox } from "./guests.ts";

const MIB = 2 ** 20;
const isLong = process.env["MORTISE_SUITE"] === "long";

/** Memory in use, in bytes, after each of these numbers of plugins were created, called and closed. */
async function measure(isolation: "thread" | "worker", marks: readonly number[]): Promise<number[]> {
  const { code, stdout, stderr } = await runChild(
    `const [guest, isolation, marks] = args;
    const compiled = await sdk.compilePlugin(Uint8Array.from(Buffer.from(guest, "base64")));
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const used = async () => {
      for (let i = 0; i < 4; i++) { gc(); await turn(); }
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return heapUsed + external + arrayBuffers;
    };
    const figures = [];
    let count = 0;
    for (const mark of marks) {
      for (; count < mark; count++) {
        const plugin = await compiled.instantiate({ isolation });
        await plugin.call("echo", new Uint8Array(65_536));
        await plugin.close();
      }
      figures.push(await used());
    }
    console.log(JSON.stringify(figures));`,
    { args: [Buffer.from(toolbox).toString("base64"), isolation, marks], flags: ["--expose-gc"] },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as number[];
}

describe("creating and closing", () => {
  test("1,000 plugins in-thread leave memory as it was", async () => {
    const [early = 0, late = 0] = await measure("thread", [100, 1000]);
    expect((late - early) / MIB).toBeLessThan(2);
  });

  test("plugins in workers leave memory as it was", async () => {
    const [early = 0, late = 0] = await measure("worker", [10, isLong ? 200 : 50]);
    expect((late - early) / MIB).toBeLessThan(2);
  });
});
