import {
  asyncFunction,
  type CurrentPlugin,
  type HostFunction,
  hostFunction,
  I64,
  text,
  typedFunction,
} from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { failure } from "../../helpers/failure.ts";
import { callsHost, catchesHost } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

function upper(plugin: CurrentPlugin, handle: bigint): bigint {
  return plugin.store(plugin.read(handle)?.text().toUpperCase() ?? "");
}

const tick = () => new Promise((resolve) => setTimeout(resolve));

const sync: Record<string, HostFunction> = {
  raw: upper,
  "stack-based": hostFunction([I64], [I64], (plugin, stack) => {
    stack[0] = upper(plugin, stack[0] as bigint);
  }),
  typed: typedFunction({ params: [text], result: text }, (value) => value.toUpperCase()),
};

const asynchronous: Record<string, HostFunction> = {
  raw: async (plugin: CurrentPlugin, handle: bigint) => {
    await tick();
    return upper(plugin, handle);
  },
  "raw, declared": asyncFunction((plugin: CurrentPlugin, handle: bigint) =>
    tick().then(() => upper(plugin, handle)),
  ),
  "stack-based": hostFunction([I64], [I64], async (plugin, stack) => {
    await tick();
    stack[0] = upper(plugin, stack[0] as bigint);
  }),
  typed: typedFunction({ params: [text], result: text }, async (value) => {
    await tick();
    return value.toUpperCase();
  }),
  "typed, declared": typedFunction({ params: [text], result: text, async: true }, (value) =>
    tick().then(() => value.toUpperCase()),
  ),
};

export function describeHostFunctions(subject: Subject): void {
  describe("host functions", () => {
    test.each(Object.entries(sync))("a %s function answers the guest", async (_, f) => {
      const plugin = await subject.open(callsHost, { functions: user(f) });
      expect((await plugin.call("pass", "one")).text()).toBe("ONE");
      expect((await plugin.call("pass_twice", "two")).text()).toBe("TWO");
      expect((await plugin.call("pass_and_grow", "three")).text()).toBe("THREE");
    });

    test.runIf(subject.waits).each(Object.entries(asynchronous))(
      "an asynchronous %s function answers the guest",
      async (_, f) => {
        const plugin = await subject.open(callsHost, { functions: user(f) });
        expect((await plugin.call("pass", "one")).text()).toBe("ONE");
        expect((await plugin.call("pass_twice", "two")).text()).toBe("TWO");
        expect((await plugin.call("pass_and_grow", "three")).text()).toBe("THREE");
      },
    );

    test("a function sees the context, vars, configuration and log of its call", async () => {
      const lines: string[] = [];
      const drop = () => undefined;
      const f = (plugin: CurrentPlugin) => {
        plugin.vars.set("k", "5");
        plugin.log.info(`for ${plugin.name}`);
        return plugin.store(`${plugin.hostContext} ${plugin.config.get("key")}`);
      };
      const plugin = await subject.open(callsHost, {
        functions: user(f),
        config: { key: "value" },
        logger: { trace: drop, debug: drop, info: (line) => lines.push(line), warn: drop, error: drop },
      });
      expect((await plugin.call("pass", "", { hostContext: "alice" })).text()).toBe("alice value");
      expect((await plugin.call("pass", "", { hostContext: "bob" })).text()).toBe("bob value");
      expect((await plugin.call("count_in_var")).text()).toBe("6");
      expect(lines).toEqual(["for main", "for main"]);
    });

    test("concurrent calls have each its own context", async () => {
      const f = (plugin: CurrentPlugin) => plugin.store(String(plugin.hostContext));
      const plugin = await subject.open(callsHost, { functions: user(f) });
      const calls = ["a", "b", "c"].map((hostContext) => plugin.call("pass", "", { hostContext }));
      expect((await Promise.all(calls)).map((output) => output.text())).toEqual(["a", "b", "c"]);
    });

    describeFailures(subject);
  });
}

const failing: Record<string, HostFunction> = {
  "returns a value of the wrong type": () => 7,
  "returns a promise without being declared asynchronous": (() => Promise.resolve(0n)) as HostFunction,
  "returns a promise, which is rejected, without being declared asynchronous": (() =>
    Promise.reject(new Error("nobody listens"))) as HostFunction,
  "is typed, and returns what does not fit": typedFunction(
    { params: [text], result: text },
    () => 7 as never,
  ),
};

function describeFailures(subject: Subject): void {
  const boom = new Error("boom");
  const throwing = (error: unknown, times: number) => {
    let calls = 0;
    return (plugin: CurrentPlugin, handle: bigint) => {
      if (calls++ < times) throw error;
      return upper(plugin, handle);
    };
  };

  test("what a function throws is the cause of the call's error", async () => {
    const plugin = await subject.open(callsHost, { functions: user(throwing(boom, 1)) });
    const error = await failure(plugin.call("pass", "x"), "HOST_FUNCTION_FAILED");
    expect(error.cause).toBe(boom);
    expect(error).toMatchObject({ plugin: "main", export: "pass" });
    expect((await plugin.call("pass", "x")).text()).toBe("X");
  });

  test.runIf(subject.waits)(
    "what an asynchronous function throws is the cause of the call's error",
    async () => {
      const f = throwing(boom, 1);
      const late = async (plugin: CurrentPlugin, handle: bigint) => {
        await tick();
        return f(plugin, handle);
      };
      const plugin = await subject.open(callsHost, { functions: user(late) });
      expect((await failure(plugin.call("pass", "x"), "HOST_FUNCTION_FAILED")).cause).toBe(boom);
      expect((await plugin.call("pass", "x")).text()).toBe("X");
    },
  );

  test.each(Object.entries(failing))("a function that %s fails the call", async (_, f) => {
    const plugin = await subject.open(callsHost, { functions: user(f) });
    const error = await failure(plugin.call("pass", "x"), "HOST_FUNCTION_FAILED");
    expect(error.message).toContain("extism:host/user.f");
    expect((await plugin.call("echo", "still here")).text()).toBe("still here");
  });

  test("after a hundred calls whose function threw, the plugin works on a fresh instance with its vars", async () => {
    const plugin = await subject.open(callsHost, { functions: user(throwing(boom, 100)) });
    await plugin.call("count_in_var");
    for (let i = 0; i < 100; i++) await failure(plugin.call("pass_and_count", "x"), "HOST_FUNCTION_FAILED");
    expect((await plugin.call("pass_and_count", "x")).text()).toBe("1");
    expect((await plugin.call("count_in_var")).text()).toBe("2");
  });

  test("a guest that catches a failure gets no further import served, and its call still fails", async () => {
    let calls = 0;
    const f = () => {
      calls++;
      throw boom;
    };
    const plugin = await subject.open(catchesHost, { functions: user(f) });
    expect((await failure(plugin.call("catch", "x"), "HOST_FUNCTION_FAILED")).cause).toBe(boom);
    expect(calls).toBe(1);
    expect((await plugin.call("count_in_var")).text()).toBe("1");
  });
}
