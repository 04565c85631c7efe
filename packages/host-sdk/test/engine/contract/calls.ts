import { describe, expect, test } from "vitest";
import { failure } from "../../helpers/failure.ts";
import { toolbox } from "../guests.ts";
import type { Subject } from "../subject.ts";

export function describeCalls(subject: Subject): void {
  describe("calls", () => {
    test("an export is called with bytes and returns bytes", async () => {
      const plugin = await subject.open(toolbox);
      expect((await plugin.call("echo", "Hello, Wörld!")).text()).toBe("Hello, Wörld!");
      expect((await plugin.call("echo", new Uint8Array([0, 255, 1]))).bytes()).toEqual(
        new Uint8Array([0, 255, 1]),
      );
      expect((await plugin.call("nop")).length).toBe(0);
    });

    test("state of the guest stays from one call to the next", async () => {
      const plugin = await subject.open(toolbox);
      const outputs = [await plugin.call("count"), await plugin.call("count"), await plugin.call("count")];
      expect(outputs.map((output) => output.text())).toEqual(["1", "2", "3"]);
    });

    test("concurrent calls run, and end, in the order in which they were made", async () => {
      const plugin = await subject.open(toolbox);
      const ended: string[] = [];
      const calls = Array.from({ length: 9 }, async () => {
        const output = await plugin.call("count");
        ended.push(output.text());
        return output.text();
      });
      const expected = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
      expect(await Promise.all(calls)).toEqual(expected);
      expect(ended).toEqual(expected);
    });

    test("a missing export fails without harm to the calls around it", async () => {
      const plugin = await subject.open(toolbox);
      const calls = [plugin.call("count"), plugin.call("absent"), plugin.call("count")] as const;
      expect((await calls[0]).text()).toBe("1");
      await failure(calls[1], "EXPORT_MISSING");
      expect((await calls[2]).text()).toBe("2");
    });

    test("arguments of the wrong type are a TypeError, and harm no later call", async () => {
      const plugin = await subject.open(toolbox);
      await expect(plugin.call("echo", 7 as never)).rejects.toThrow(TypeError);
      await expect(plugin.call(7 as never)).rejects.toThrow(TypeError);
      expect((await plugin.call("echo", "x")).text()).toBe("x");
    });

    test("vars stay from one call to the next", async () => {
      const plugin = await subject.open(toolbox);
      await plugin.call("count_in_var");
      expect((await plugin.call("count_in_var")).text()).toBe("2");
    });

    test("the guest reads its configuration", async () => {
      const plugin = await subject.open(toolbox, { config: { vowels: "aeiou" } });
      expect((await plugin.call("config", "vowels")).text()).toBe("aeiou");
      expect((await plugin.call("config", "constructor")).text()).toBe("");
    });

    test("log lines reach the logger before the call returns", async () => {
      const lines: string[] = [];
      const drop = () => undefined;
      const logger = {
        trace: drop,
        debug: drop,
        info: (line: string) => lines.push(line),
        warn: drop,
        error: drop,
      };
      const plugin = await subject.open(toolbox, { logger });
      await plugin.call("log", "one");
      expect(lines).toEqual(["one"]);
      await plugin.call("log", "two");
      expect(lines).toEqual(["one", "two"]);
    });
  });

  describeOwnership(subject);
  if (subject.openPlugin) describePlugin(subject.openPlugin, subject.sync);
}

function describeOwnership(subject: Subject): void {
  describe("ownership of bytes", () => {
    test("an input may be changed as soon as call has returned, queued calls included", async () => {
      const plugin = await subject.open(toolbox);
      const input = new TextEncoder().encode("first");
      const first = plugin.call("echo", input);
      input.set(new TextEncoder().encode("secon"));
      const second = plugin.call("echo", input);
      input.set(new TextEncoder().encode("third"));
      const third = plugin.call("echo", input);
      input.fill(0);
      const outputs = await Promise.all([first, second, third]);
      expect(outputs.map((output) => output.text())).toEqual(["first", "secon", "third"]);
    });

    test("an input may be detached as soon as call has returned, queued calls included", async () => {
      const plugin = await subject.open(toolbox);
      const detached = (text: string) => {
        const { buffer } = new TextEncoder().encode(text);
        const output = plugin.call("echo", buffer);
        structuredClone(buffer, { transfer: [buffer] });
        expect(buffer.byteLength).toBe(0);
        return output;
      };
      const outputs = await Promise.all([detached("one"), detached("two")]);
      expect(outputs.map((output) => output.text())).toEqual(["one", "two"]);
    });

    test("a view is exactly its own range", async () => {
      const plugin = await subject.open(toolbox);
      const { buffer } = new TextEncoder().encode("secret|mine|secret");
      expect((await plugin.call("echo", new Uint8Array(buffer, 7, 4))).text()).toBe("mine");
    });

    test("an output survives later calls, growing memories and close", async () => {
      const plugin = await subject.open(toolbox);
      const first = await plugin.call("echo", "kept");
      const grown = await plugin.call("echo_and_grow", "also kept");
      await plugin.call("echo_and_grow", "xxxxxxxxx");
      await plugin.close();
      expect([first.text(), grown.text()]).toEqual(["kept", "also kept"]);
    });

    test("large inputs and outputs arrive whole", async () => {
      const plugin = await subject.open(toolbox);
      const input = Uint8Array.from({ length: 300_000 }, (_, index) => index * 31);
      const output = await plugin.call("echo", input);
      expect(Buffer.compare(output.bytes(), input)).toBe(0);
    });
  });
}

function describePlugin(openPlugin: NonNullable<Subject["openPlugin"]>, sync: boolean): void {
  describe("callSync and reset", () => {
    test.runIf(sync)("callSync returns the output itself", async () => {
      const plugin = await openPlugin(toolbox);
      expect(plugin.callSync("echo", "now").text()).toBe("now");
      expect(plugin.callSync("count").text()).toBe("1");
      await failure(() => plugin.callSync("trap"), "TRAP");
      expect(plugin.callSync("count").text()).toBe("1");
    });

    test.runIf(!sync)("callSync is refused, and says what to use", async () => {
      const plugin = await openPlugin(toolbox);
      const error = await failure(() => plugin.callSync("echo", "now"), "UNSUPPORTED");
      expect(error.message).toContain("use call instead of callSync");
    });

    test.runIf(!sync)("callSync throws at once while a call is pending", async () => {
      const plugin = await openPlugin(toolbox);
      const pending = plugin.call("echo", "pending");
      await failure(() => plugin.callSync("echo", "now"), "REENTRANT_CALL");
      expect((await pending).text()).toBe("pending");
    });

    test("reset makes the next call run on a fresh instance that has the old vars", async () => {
      const plugin = await openPlugin(toolbox);
      await plugin.call("count");
      await plugin.call("count_in_var");
      plugin.reset();
      expect((await plugin.call("count")).text()).toBe("1");
      expect((await plugin.call("count_in_var")).text()).toBe("2");
      plugin.reset({ vars: true });
      expect((await plugin.call("count_in_var")).text()).toBe("1");
    });

    test("a reset is not forgotten over a call that did not start", async () => {
      const plugin = await openPlugin(toolbox);
      await plugin.call("count");
      plugin.reset();
      await failure(plugin.call("absent"), "EXPORT_MISSING");
      expect((await plugin.call("count")).text()).toBe("1");
    });

    test("a plugin tells how much memory it holds", async () => {
      const plugin = await openPlugin(toolbox);
      await plugin.call("nop");
      const before = plugin.heldBytes;
      await plugin.call("echo_and_grow");
      expect(plugin.heldBytes - before).toBeGreaterThanOrEqual(16 * 65_536 + 4_194_304);
    });
  });
}
