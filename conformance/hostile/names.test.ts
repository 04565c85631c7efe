import { type CurrentPlugin, createPlugin, type HostFunctions } from "@mortise/host-sdk";
import { describe, expect } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, SUSPENDS, withPlugin } from "./support/attack.ts";
import { guest } from "./support/wat.ts";

watchOtherPlugins();

/** What every object inherits, or what makes an object special. */
const NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "then", "prototype", ""];

/** Copies its input, whose length is 0 for an empty key, into a block and asks for the key that it names. */
const asker = guest(`
  (func $give (param $handle i64)
    (call $output_set (local.get $handle) (call $length (local.get $handle))))
  (func (export "config") (call $give (call $config_get (call $input_offset))))
  (func (export "var") (call $give (call $var_get (call $input_offset))))
  (func (export "set") (local $value i64)
    (local.set $value (call $alloc (i64.const 1)))
    (call $store_u8 (local.get $value) (i32.const 33))
    (call $var_set (call $input_offset) (local.get $value)))`);

/** An object whose own keys are the names, `__proto__` too. */
function owning<T>(value: T): Record<string, T> {
  return Object.fromEntries(NAMES.map((name) => [name, value]));
}

describe("names that objects inherit", () => {
  attack("inherited names as config keys", (place) =>
    withPlugin(place, asker, { config: {} }, async (plugin) => {
      for (const name of NAMES) expect((await plugin.call("config", name)).length).toBe(0);
      await using owner = await createPlugin(asker, { config: owning("own"), isolation: place });
      for (const name of NAMES) expect((await owner.call("config", name)).text()).toBe("own");
    }),
  );

  attack("inherited names as var keys", (place) =>
    withPlugin(place, asker, {}, async (plugin) => {
      for (const name of NAMES) {
        expect((await plugin.call("var", name)).length).toBe(0);
        await plugin.call("set", name);
        expect((await plugin.call("var", name)).text()).toBe("!");
      }
    }),
  );

  attack("inherited names as functions and namespaces", async (place) => {
    const given: HostFunctions = { "extism:host/user": { own: () => undefined } };
    for (const name of place === "worker" ? NAMES.slice(0, 3) : NAMES) {
      for (const [namespace, member] of [
        ["extism:host/user", name],
        [name, "own"],
        [name, name],
      ] as const) {
        const thief = guest(`(import "${namespace}" "${member}" (func $f)) (func (export "run") (call $f))`);
        const attempt = createPlugin(thief, { functions: given, isolation: place });
        await expectFailure(attempt, "IMPORT_UNRESOLVED");
        const calls: string[] = [];
        const members = Object.fromEntries([[member, () => void calls.push(member)]]);
        const functions: HostFunctions = Object.fromEntries([[namespace, members]]);
        await withPlugin(place, thief, { functions }, async (plugin) => {
          await plugin.call("run");
          expect(calls).toEqual([member]);
        });
      }
    }
  });

  attack("inherited names as hosts", async (place) => {
    if (place === "thread" && !SUSPENDS) return; // HTTP has to be waited for
    const fetcher = guest(
      `(func (export "get") (drop (call $http_request (call $input_offset) (i64.const 0))))`,
    );
    await withPlugin(place, fetcher, { allowedHosts: ["constructor", "only.test"] }, async (plugin) => {
      for (const name of ["toString", "__proto__", "valueOf", "hasOwnProperty"]) {
        const request = JSON.stringify({ url: `http://${name}/` });
        await expectFailure(plugin.call("get", request), "HTTP_DENIED");
      }
      const polluted = '{"__proto__":{"url":"http://only.test/"},"constructor":1}';
      await expectFailure(plugin.call("get", polluted), "HTTP_FAILED", "has no url");
      await expectFine(plugin);
    });
  });
});

describe("names of exports", () => {
  const long = "x".repeat(100_000);

  attack("exports named then, proto or constructor, nothing, and 100 KB", async (place) => {
    const names = [...NAMES, long, "\\u{202e}txt", "a b\\nc"];
    const bodies = names.map(
      (name, i) => `(func (export "${name}") (call $output_set
      (call $alloc (i64.const ${i + 1})) (i64.const ${i + 1})))`,
    );
    await withPlugin(place, guest(bodies.join("\n")), {}, async (plugin) => {
      for (const [i, name] of [...NAMES, long].entries()) {
        expect(plugin.has(name)).toBe(true);
        expect((await plugin.call(name)).length).toBe(i + 1);
      }
      expect(plugin.exports).toHaveLength(names.length + 1);
    });
  });

  attack("calls of exports that objects inherit", (place) =>
    withPlugin(place, guest(""), {}, async (plugin) => {
      for (const name of [...NAMES, long]) {
        expect(plugin.has(name)).toBe(false);
        await expectFailure(plugin.call(name), "EXPORT_MISSING");
      }
      await expectFine(plugin);
    }),
  );

  attack("exports that a start-up or direct transfer looks for, of another kind", (place) =>
    withPlugin(
      place,
      guest(`
        (memory (export "_initialize") 1)
        (global (export "hs_init") i32 (i32.const 0))
        (table (export "memory") 1 funcref)
        (global (export "table") i32 (i32.const 0))
        (func (export "mortise_direct") (param i64))`),
      {},
      async (plugin) => {
        await expectFine(plugin);
        await expectFailure(plugin.call("mortise_direct"), "EXPORT_MISSING", "i64");
      },
    ),
  );

  attack("a start-up function with parameters", async (place) => {
    const seen: number[] = [];
    const functions: HostFunctions = {
      "extism:host/user": { see: (_: CurrentPlugin, value: number) => void seen.push(value) },
    };
    const odd = guest(`
      (import "extism:host/user" "see" (func $see (param i32)))
      (func (export "_initialize") (param i32) (call $see (i32.add (local.get 0) (i32.const 1))))`);
    await withPlugin(place, odd, { functions }, expectFine);
    expect(seen).toEqual([1]);
  });
});
