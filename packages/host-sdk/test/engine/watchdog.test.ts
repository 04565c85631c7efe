import { createPlugin, type Plugin } from "@mortise/host-sdk";
import { beforeEach, describe, expect, test } from "vitest";
import { failure } from "../helpers/failure.ts";
import { guest } from "./guests.ts";

/** Room for the one var that the guest sets, to the byte: a wrong count refuses it, or lets a larger one in. */
const VAR_BYTES = 1 + 64;

const module = guest(`
  (func $set (export "set") (call $var_set (call $key) (call $alloc (i64.const 64))))
  (func (export "set_too_much") (call $var_set (call $key) (call $alloc (i64.const 65))))
  (func $delete (export "delete") (call $var_set (call $key) (i64.const 0)))
  (func $get (call $output (call $var_get (call $key))))
  (func $config (call $output (call $config_get (call $key))))
  (func $log (call $log_info (call $key)))
  (func $free_blocks (drop (call $alloc (i64.const 128))))
  (func (export "set_loop") (loop (call $set) (call $delete) (br 0)))
  (func (export "get_loop") (call $set) (loop (call $get) (br 0)))
  (func (export "config_loop") (loop (call $config) (br 0)))
  (func (export "log_loop") (loop (call $log) (br 0)))
  (func (export "alloc_loop") (loop (call $free_blocks) (br 0)))
  (func (export "nothing_loop") (loop (br 0)))
  (func $set_deep (export "set_deep") (call $set) (call $delete) (call $set_deep))
  (func $get_deep (export "get_deep") (call $get) (call $get_deep))
  (func $config_deep (export "config_deep") (call $config) (call $config_deep))
  (func $log_deep (export "log_deep") (call $log) (call $log_deep))
  (func (export "echo") (call $output (call $input)))`);

describe("imports that are cut off", () => {
  let plugin: Plugin;

  beforeEach(async () => {
    plugin = await createPlugin(module, {
      isolation: "thread",
      memory: { maxVarBytes: VAR_BYTES, maxPages: 512 },
      limits: { maxLogBytes: Number.MAX_SAFE_INTEGER },
      config: { k: "value" },
    });
    return () => plugin.close();
  });

  async function expectWhole(): Promise<void> {
    await plugin.call("delete");
    await failure(plugin.call("set_too_much"), "VAR_LIMIT");
    await plugin.call("set");
    expect((await plugin.call("echo", "fine")).text()).toBe("fine");
  }

  test.each(["set_loop", "get_loop", "config_loop", "log_loop", "nothing_loop"])(
    "by the timeout: a plugin works after %s",
    async (name) => {
      for (let timeoutMs = 1; timeoutMs <= 12; timeoutMs++) {
        await failure(plugin.call(name, "", { timeoutMs }), "TIMEOUT");
        await expectWhole();
      }
    },
  );

  test("by the timeout: a plugin works after an endless allocation", async () => {
    const error: unknown = await plugin.call("alloc_loop", "", { timeoutMs: 5 }).catch((reason) => reason);
    expect(["TIMEOUT", "MEMORY_LIMIT"]).toContain((error as { code?: unknown }).code);
    await expectWhole();
  });

  test.each(["set_deep", "get_deep", "config_deep", "log_deep"])(
    "by a stack overflow: a plugin works after %s",
    async (name) => {
      // Each depth meets another frame: the overflow wanders through the import.
      for (let depth = 0; depth < 40; depth++) {
        const call = (left: number): Promise<unknown> => (left === 0 ? plugin.call(name) : call(left - 1));
        await expect(call(depth)).rejects.toMatchObject({ name: "PluginError" });
        await expectWhole();
      }
    },
  );

  test("an error of the timeout is not mistaken for another plugin's", async () => {
    const other = await createPlugin(module, { isolation: "thread" });
    const calls = [
      failure(plugin.call("nothing_loop", "", { timeoutMs: 5 }), "TIMEOUT"),
      other.call("echo", "other"),
      failure(other.call("nothing_loop", "", { timeoutMs: 5 }), "TIMEOUT"),
    ] as const;
    await Promise.all(calls);
    expect((await other.call("echo", "still")).text()).toBe("still");
    await other.close();
  });
});
