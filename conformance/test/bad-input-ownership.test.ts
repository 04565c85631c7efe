import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  compilePlugin,
  createPlugin,
  type HostFunctions,
  isPluginError,
  type Plugin,
} from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { compileGuest, compileWat, readBuiltGuest } from "../abi/guests.ts";
import { echoGuest, expectFailure, failureOf, watchOtherPlugins } from "./witness.ts";

watchOtherPlugins();

/** Overwrites its input in kernel memory, then gives it back; or waits for the host in between. */
const scribbler = compileWat(`(module
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/user" "pause" (func $pause))
  (memory (export "memory") 1)
  (func $scribble (param $i i64)
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
        (call $store_u8 (i64.add (call $input_offset) (local.get $i)) (i32.const 33))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next))))
  (func (export "scribble")
    (call $scribble (i64.const 0))
    (call $output_set (call $input_offset) (call $input_length)))
  (func (export "pause_and_echo")
    (call $pause)
    (call $output_set (call $input_offset) (call $input_length)))
  (func (export "grow")
    (drop (memory.grow (i32.const 1)))
    (drop (call $alloc (i64.const 1000000)))))`);

const functions: HostFunctions = { "extism:host/user": { pause: () => undefined } };

/** Guests that take their input by the plain ABI, by direct transfer, and byte by byte. */
const echoes = { plain: echoGuest, direct: readBuiltGuest("echo"), stock: readBuiltGuest("stock-echo") };

async function withEcho(
  name: keyof typeof echoes,
  use: (plugin: Plugin) => Promise<void> | void,
): Promise<void> {
  await using plugin = await createPlugin(echoes[name]);
  await use(plugin);
}

const names = Object.keys(echoes) as (keyof typeof echoes)[];

describe.each(names)("an input (%s)", (name) => {
  test("that is a view of Node's pool shows the guest exactly that view", () =>
    withEcho(name, async (plugin) => {
      const secret = Buffer.from("the neighbour's secret");
      const view = Buffer.from("public");
      expect(view.buffer.byteLength).toBeGreaterThan(view.byteLength);
      const output = await plugin.call("echo", view);
      expect(output.text()).toBe("public");
      expect(Buffer.from(output.bytes().buffer).includes(secret)).toBe(false);
    }));

  test("may be a subarray, an empty one, or an ArrayBuffer", () =>
    withEcho(name, async (plugin) => {
      const bytes = Uint8Array.of(1, 2, 3, 4, 5);
      expect([...(await plugin.call("echo", bytes.subarray(1, 3))).bytes()]).toEqual([2, 3]);
      expect((await plugin.call("echo", bytes.subarray(5))).length).toBe(0);
      expect([...(await plugin.call("echo", bytes.buffer)).bytes()]).toEqual([1, 2, 3, 4, 5]);
    }));

  test("may be changed right after the call, however many wait", () =>
    withEcho(name, async (plugin) => {
      const input = new TextEncoder().encode("first");
      const calls = ["first", "again", "third"].map((text) => {
        input.set(new TextEncoder().encode(text));
        return plugin.call("echo", input);
      });
      input.fill(0);
      const outputs = await Promise.all(calls);
      expect(outputs.map((output) => output.text())).toEqual(["first", "again", "third"]);
    }));

  test("may be detached right after the call", () =>
    withEcho(name, async (plugin) => {
      const input = new TextEncoder().encode("detached");
      const call = plugin.call("echo", input);
      structuredClone(input.buffer, { transfer: [input.buffer] });
      expect(input.length).toBe(0);
      expect((await call).text()).toBe("detached");
    }));

  test("that is detached already counts as empty", () =>
    withEcho(name, async (plugin) => {
      const input = new TextEncoder().encode("detached");
      structuredClone(input.buffer, { transfer: [input.buffer] });
      expect((await plugin.call("echo", input)).length).toBe(0);
    }));

  test("gives an output that is not the input's memory", () =>
    withEcho(name, async (plugin) => {
      const input = new TextEncoder().encode("mine");
      const output = (await plugin.call("echo", input)).bytes();
      expect(output.buffer).not.toBe(input.buffer);
      output.fill(33);
      expect(new TextDecoder().decode(input)).toBe("mine");
    }));
});

describe("what the guest writes to its input", () => {
  test("never reaches the caller's array", async () => {
    await using plugin = await createPlugin(scribbler, { functions });
    const input = new TextEncoder().encode("untouched");
    expect((await plugin.call("scribble", input)).text()).toBe("!!!!!!!!!");
    expect(new TextDecoder().decode(input)).toBe("untouched");
  });
});

describe("an input that a host function changes before the guest has fetched it", () => {
  const CONTENT = "0123456789";
  type ResizableBuffer = ArrayBuffer & { resize(bytes: number): void };
  const changes: Record<string, (buffer: ResizableBuffer) => void> = {
    detached: (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
    shrunk: (buffer) => buffer.resize(2),
    grown: (buffer) => buffer.resize(4096),
    overwritten: (buffer) => void new Uint8Array(buffer).fill(120),
  };

  test.each(Object.entries(changes))("(%s) shows the guest nothing but its own bytes", async (_, change) => {
    const size = [CONTENT.length, { maxByteLength: 4096 }];
    const buffer: ResizableBuffer = Reflect.construct(ArrayBuffer, size);
    const input = new Uint8Array(buffer);
    input.set(new TextEncoder().encode(CONTENT));
    let isCalm = false;
    const pause = () => (isCalm ? undefined : change(buffer));
    await using plugin = await createPlugin(scribbler, { functions: { "extism:host/user": { pause } } });
    const [outcome] = await Promise.allSettled([plugin.call("pause_and_echo", input)]);
    if (outcome.status === "rejected") expect(isPluginError(outcome.reason)).toBe(true);
    else expect(outcome.value.text()).toMatch(/^(0123456789|01\0{0,8}|x{10}|\0{0,10})$/);
    isCalm = true;
    expect((await plugin.call("pause_and_echo", "next")).text()).toBe("next");
  });
});

describe("an output", () => {
  test("stays what it was, while 1,000 more follow, memory grows and the plugin closes", async () => {
    const plugin = await createPlugin(readBuiltGuest("echo"));
    const held = [];
    for (let i = 0; i < 1000; i++) held.push(await plugin.call("echo", `output ${i}`));
    for (const size of [100_000, 5_000_000, 20_000_000])
      await plugin.call("echo", new Uint8Array(size).fill(1));
    await plugin.close();
    expect(held.map((output) => output.text())).toEqual(held.map((_, i) => `output ${i}`));
    expect(held.map((output) => output.bytes().byteLength)).toEqual(held.map((_, i) => `output ${i}`.length));
  });

  test.each(names)("shares its memory with no other (%s)", (name) =>
    withEcho(name, async (plugin) => {
      const first = (await plugin.call("echo", "first")).bytes();
      const second = (await plugin.call("echo", "other")).bytes();
      expect(first.buffer).not.toBe(second.buffer);
      expect(first.buffer.byteLength).toBe(5);
    }),
  );
});

describe("a plugin", () => {
  test.each(names)("answers more than 32,767 calls (%s)", (name) =>
    withEcho(name, (plugin) => {
      for (let i = 0; i < 40_000; i++) plugin.callSync("echo", "x");
      expect(plugin.callSync("echo", "still").text()).toBe("still");
    }),
  );

  test("is not left active by a call to a missing export", async () => {
    await using plugin = await createPlugin(echoGuest);
    await expectFailure(plugin.call("absent"), "EXPORT_MISSING");
    await expectFailure(() => plugin.callSync("absent"), "EXPORT_MISSING");
    const [first, second] = await Promise.all([plugin.call("echo", "1"), plugin.call("echo", "2")]);
    expect(first.text() + second.text()).toBe("12");
    plugin.reset();
    expect(plugin.callSync("echo", "3").text()).toBe("3");
  });

  test("refuses every use after close, and closes twice", async () => {
    const plugin = await createPlugin(echoGuest);
    await plugin.close();
    await plugin.close();
    await expectFailure(plugin.call("echo", "x"), "PLUGIN_CLOSED");
    await expectFailure(() => plugin.callSync("echo", "x"), "PLUGIN_CLOSED");
    await expectFailure(() => plugin.reset(), "PLUGIN_CLOSED");
  });

  test("that is closed leaves its siblings from the same compilation alone", async () => {
    const compiled = await compilePlugin(echoGuest);
    const [first, second] = [await compiled.instantiate(), await compiled.instantiate()];
    await first.close();
    expect((await second.call("echo", "x")).text()).toBe("x");
    await second.close();
  });

  test("has its own limits and config, though it shares an options object's functions", async () => {
    const shared: HostFunctions = Object.freeze({
      "extism:host/user": Object.freeze({ empty_block: () => 0n }),
    });
    const before = JSON.stringify(shared, (_, value) =>
      typeof value === "function" ? String(value) : value,
    );
    await using rich = await createPlugin(compileGuest("vars"), {
      functions: shared,
      config: { key: "rich" },
    });
    await using poor = await createPlugin(compileGuest("vars"), {
      functions: shared,
      memory: { maxVarBytes: 0 },
    });
    await rich.call("set", "k=v");
    await expectFailure(poor.call("set", "k=v"), "VAR_LIMIT");
    expect((await rich.call("get", "k")).text()).toBe("v");
    const after = JSON.stringify(shared, (_, value) => (typeof value === "function" ? String(value) : value));
    expect(after).toBe(before);
  });

  test("shares no vars with another of the same module", async () => {
    const compiled = await compilePlugin(compileGuest("vars"));
    const options = { functions: { "extism:host/user": { empty_block: () => 0n } } };
    await using first = await compiled.instantiate(options);
    await using second = await compiled.instantiate(options);
    await first.call("set", "k=mine");
    expect((await second.call("get", "k")).text()).toBe("");
    expect((await first.call("get", "k")).text()).toBe("mine");
  });

  test("that was refused under a tight limit loads under a loose one, and the reverse", async () => {
    const wasm = compileWat(`(module (memory (export "memory") 5) (func (export "run")))`);
    await using loose = await createPlugin(wasm, { memory: { maxPages: 5 } });
    await expectFailure(createPlugin(wasm, { memory: { maxPages: 4 } }), "MEMORY_LIMIT", "5", "4");
    expect((await loose.call("run")).length).toBe(0);
  });

  test("keeps its vars and config when its instance is built anew", async () => {
    const fail = () => {
      throw new Error("no");
    };
    const guest = compileWat(`(module
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
      (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
      (import "extism:host/user" "fail" (func $fail))
      (func (export "set_and_fail")
        (call $var_set (call $alloc (i64.const 1)) (call $alloc (i64.const 1)))
        (call $fail))
      (func (export "is_set") (result i32) (i64.eqz (call $var_get (call $alloc (i64.const 1))))))`);
    await using plugin = await createPlugin(guest, { functions: { "extism:host/user": { fail } } });
    expect((await failureOf(plugin.call("is_set"))).code).toBe("EXIT_NONZERO");
    await expectFailure(plugin.call("set_and_fail"), "HOST_FUNCTION_FAILED");
    expect((await plugin.call("is_set")).length).toBe(0);
  });
});

describe("a process", () => {
  test("ends by itself once its plugins are closed, and while they are idle", async () => {
    const script = fileURLToPath(new URL("./leaves-nothing-behind.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 });
    expect(stdout).toBe("echoed, echoed\n");
  }, 90_000);
});
