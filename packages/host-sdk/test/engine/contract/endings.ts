import { describe, expect, test } from "vitest";
import { failure } from "../../helpers/failure.ts";
import { toolbox } from "../guests.ts";
import type { Callable, Subject } from "../subject.ts";

async function counted(plugin: Callable): Promise<string> {
  return (await plugin.call("count")).text();
}

export function describeEndings(subject: Subject): void {
  describe("how calls end", () => {
    test("an error text fails the call, and leaves the instance as it is", async () => {
      const plugin = await subject.open(toolbox);
      await counted(plugin);
      const error = await failure(plugin.call("fail", "no such user"), "PLUGIN_FAILED");
      expect(error).toMatchObject({ message: "no such user", plugin: "main", export: "fail" });
      expect(await counted(plugin)).toBe("2");
    });

    test("a return code fails the call, and leaves the instance as it is", async () => {
      const plugin = await subject.open(toolbox);
      await counted(plugin);
      expect(await failure(plugin.call("code"), "EXIT_NONZERO")).toMatchObject({
        exitCode: 7,
        export: "code",
      });
      expect(await counted(plugin)).toBe("2");
    });

    test.each(["trap", "overflow"])(
      "%s ends the instance: the next call has a fresh one, and the old vars",
      async (name) => {
        const plugin = await subject.open(toolbox);
        await counted(plugin);
        await plugin.call("count_in_var");
        await failure(plugin.call(name), "TRAP");
        expect(await counted(plugin)).toBe("1");
        expect((await plugin.call("count_in_var")).text()).toBe("2");
      },
    );

    test("a trap shows where in the guest it happened", async () => {
      const plugin = await subject.open(toolbox);
      const error = await failure(plugin.call("trap"), "TRAP");
      expect(error).toMatchObject({ plugin: "main", export: "trap" });
      expect((error.cause as Error).stack).toMatch(/wasm/);
    });

    test("a hundred calls that trap leave a plugin that works", async () => {
      const plugin = await subject.open(toolbox);
      for (let i = 0; i < 100; i++) await failure(plugin.call("trap"), "TRAP");
      expect(await counted(plugin)).toBe("1");
    });

    test("an input beyond the memory limit fails its own call only", async () => {
      const plugin = await subject.open(toolbox, { memory: { maxPages: 8 } });
      await failure(plugin.call("echo", new Uint8Array(9 * 65_536)), "MEMORY_LIMIT");
      expect((await plugin.call("echo", "small")).text()).toBe("small");
    });

    test("an output beyond its limit fails its own call only", async () => {
      const plugin = await subject.open(toolbox, { limits: { maxOutputBytes: 4 } });
      await failure(plugin.call("echo", "12345"), "OUTPUT_LIMIT");
      expect((await plugin.call("echo", "1234")).text()).toBe("1234");
    });
  });
}
