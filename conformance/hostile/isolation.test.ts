import { type CurrentPlugin, compilePlugin, createPlugin, type InstantiateOptions } from "@mortise/host-sdk";
import { describe, expect } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, type Place, SUSPENDS } from "./support/attack.ts";
import { countdown, guest } from "./support/wat.ts";

watchOtherPlugins();

/** Keeps and tells a secret in every way it can. */
const module = guest(`
  (import "extism:host/user" "whoami" (func $whoami (result i64)))
  (memory (export "memory") 1)
  (global $secret (export "secret") (mut i64) (i64.const 0))
  (func $key (result i64) (local $key i64)
    (local.set $key (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $key) (i32.const 107))
    (local.get $key))
  (func $give (param $handle i64) (call $output_set (local.get $handle) (call $length (local.get $handle))))
  (func (export "set_var") (call $var_set (call $key) (call $input_offset)))
  (func (export "get_var") (call $give (call $var_get (call $key))))
  (func (export "get_config") (call $give (call $config_get (call $key))))
  (func (export "set_memory")
    (global.set $secret (i64.const 0x5345435245542121))
    (i64.store (i32.const 0) (global.get $secret))
    (call $store_u64 (call $alloc (i64.const 8)) (global.get $secret)))
  (func (export "find_memory") (result i32) (local $n i64) (local $found i32)
    (local.set $n (i64.const 60000))
    ${countdown(`
      (if (i64.eq (call $load_u64 (local.get $n)) (i64.const 0x5345435245542121)) (then (local.set $found (i32.const 1))))
      (if (i64.eq (i64.load (i32.wrap_i64 (i64.sub (local.get $n) (i64.const 1)))) (i64.const 0x5345435245542121))
        (then (local.set $found (i32.const 1))))`)}
    (i32.or (local.get $found) (i64.ne (global.get $secret) (i64.const 0))))
  (func (export "whoami") (call $give (call $whoami)))
  (func (export "get") (call $give (call $http_request (call $input_offset) (i64.const 0))))`);

/** One object of host functions for all plugins. */
const functions = Object.freeze({
  "extism:host/user": Object.freeze({
    whoami: (plugin: CurrentPlugin) =>
      plugin.store(JSON.stringify([plugin.hostContext, plugin.config.get("k"), plugin.vars.keys()])),
  }),
});

/** Two plugins from one compilation that share their functions; only the first is granted anything. */
async function withPair(place: Place, use: (rich: Plugin, poor: Plugin) => Promise<void>): Promise<void> {
  const compiled = await compilePlugin(module);
  const common: InstantiateOptions = { functions, isolation: place };
  const granted = SUSPENDS || place === "worker" ? { allowedHosts: ["127.0.0.1"] } : {};
  await using rich = await compiled.instantiate({ ...common, ...granted, config: { k: "rich" } });
  await using poor = await compiled.instantiate({ ...common, config: {} });
  await use(rich, poor);
}
type Plugin = Awaited<ReturnType<typeof createPlugin>>;

describe("two plugins of one compilation, with the same functions object", () => {
  attack("a look at another plugin's vars", (place) =>
    withPair(place, async (rich, poor) => {
      await rich.call("set_var", "secret");
      expect((await poor.call("get_var")).length).toBe(0);
      await poor.call("set_var", "own");
      expect((await rich.call("get_var")).text()).toBe("secret");
      await poor.close();
      expect((await rich.call("get_var")).text()).toBe("secret");
    }),
  );

  attack("a look at another plugin's config", (place) =>
    withPair(place, async (rich, poor) => {
      expect((await rich.call("get_config")).text()).toBe("rich");
      expect((await poor.call("get_config")).length).toBe(0);
    }),
  );

  attack("a look at another plugin's memory", (place) =>
    withPair(place, async (rich, poor) => {
      await rich.call("set_memory");
      expect((await poor.call("find_memory")).length).toBe(0);
      await rich.close();
      await using next = await createPlugin(module, { functions, isolation: place });
      expect((await next.call("find_memory")).length).toBe(0);
    }),
  );

  attack("a look at another plugin's context in a shared host function", (place) =>
    withPair(place, async (rich, poor) => {
      await rich.call("set_var", "secret");
      const answers = await Promise.all([
        rich.call("whoami", "", { hostContext: "r" }),
        poor.call("whoami", "", { hostContext: "p" }),
        rich.call("whoami"),
      ]);
      expect(answers.map((answer) => answer.json())).toEqual([
        ["r", "rich", ["k"]],
        ["p", null, []],
        [null, "rich", ["k"]],
      ]);
    }),
  );

  attack("a use of another plugin's hosts", (place) =>
    withPair(place, async (rich, poor) => {
      const request = JSON.stringify({ url: "http://127.0.0.1:1/" });
      // Port 1 answers nobody: that the request was made at all is what tells the two apart.
      if (SUSPENDS || place === "worker") await expectFailure(rich.call("get", request), "HTTP_FAILED");
      await expectFailure(poor.call("get", request), "HTTP_DENIED", "no hosts are allowed");
      expect((await poor.call("get_config")).length).toBe(0);
    }),
  );
});
