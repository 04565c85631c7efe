import { createPlugin, type HostFunctions } from "@mortise/host-sdk";
import { expect, test } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, PLACES, type Place, survives, withPlugin } from "./support/attack.ts";
import { forever, guest } from "./support/wat.ts";

watchOtherPlugins();

const options = { timeoutMs: 250 };

const loops = guest(`
  (memory 1 1 shared)
  (func (export "loop") ${forever("")})
  (func (export "loop_over_imports") ${forever("(drop (call $input_length))")})
  (func (export "loop_over_served_imports") ${forever("(drop (call $var_get (i64.const 0)))")})
  (func (export "wait")
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (tag $thrown)
  (func $throw (throw $thrown))
  (func (export "catch_everything")
    ${forever(`(try (do (call $throw)) (catch_all))`)})`);

attack("an endless loop in a call", (place) =>
  withPlugin(place, loops, options, async (plugin) => {
    await survives(plugin, "loop", { code: "TIMEOUT", says: "250 ms" });
  }),
);

attack("an endless loop over the kernel's imports", (place) =>
  withPlugin(place, loops, options, async (plugin) => {
    await survives(plugin, "loop_over_imports", { code: "TIMEOUT" });
  }),
);

attack("an endless loop over imports that the caller serves", (place) =>
  withPlugin(place, loops, options, async (plugin) => {
    await survives(plugin, "loop_over_served_imports", { code: "TIMEOUT" });
  }),
);

attack("an endless wait on the guest's own shared memory", (place) =>
  withPlugin(place, loops, options, async (plugin) => {
    await survives(plugin, "wait", { code: "TIMEOUT" });
  }),
);

attack("an endless loop that catches every exception", (place) =>
  withPlugin(place, loops, options, async (plugin) => {
    await survives(plugin, "catch_everything", { code: "TIMEOUT" });
  }),
);

const startUps = {
  _initialize: guest(`(func (export "_initialize") ${forever("")})`),
  __wasm_call_ctors: guest(`(func (export "__wasm_call_ctors") ${forever("")})`),
  "the start section": guest(`(func $start ${forever("")}) (start $start)`),
};

async function startsAfterTimeout(place: Place, name: keyof typeof startUps): Promise<void> {
  const attempt = createPlugin(startUps[name], { ...options, isolation: place });
  await expectFailure(attempt, "TIMEOUT", "250 ms");
}

attack("an endless loop in _initialize", (place) => startsAfterTimeout(place, "_initialize"));
attack("an endless loop in __wasm_call_ctors", (place) => startsAfterTimeout(place, "__wasm_call_ctors"));
attack("an endless loop in the start section", (place) => startsAfterTimeout(place, "the start section"));

attack("an endless loop in the start-up of an instance that replaces another", async (place) => {
  // Loops as soon as the first instance has left a var behind, and is spoilt.
  const later = guest(`
    (func (export "_initialize")
      (if (i64.ne (call $var_get (i64.const 0)) (i64.const 0)) (then ${forever("")})))
    (func (export "poison")
      (call $var_set (i64.const 0) (call $alloc (i64.const 1)))
      (unreachable))`);
  await withPlugin(place, later, options, async (plugin) => {
    await expectFine(plugin);
    await expectFailure(plugin.call("poison"), "TRAP");
    await expectFailure(plugin.call("fine"), "TIMEOUT");
    plugin.reset({ vars: true });
    await expectFine(plugin);
  });
});

/** Calls the host function, which calls the second plugin. */
const caller = guest(`
  (import "extism:host/user" "ask" (func $ask))
  (func (export "run") (call $ask))`);

/** Every combination of where the caller and the plugin that loops run. */
const pairs = PLACES.flatMap((outer) => PLACES.map((inner): [Place, Place] => [outer, inner]));

test.each(pairs)(
  "an endless loop in a guest that a host function calls (caller in a %s, looping guest in a %s)",
  async (outerPlace, innerPlace) => {
    await withPlugin(innerPlace, loops, options, async (inner) => {
      let target = "loop";
      const ask = async () => void (await inner.call(target));
      const askSync = () => void inner.callSync(target);
      // On the thread nothing needs to be suspended: the inner call returns before its host function does.
      const isSync = outerPlace === "thread" && innerPlace === "thread";
      const functions: HostFunctions = { "extism:host/user": { ask: isSync ? askSync : ask } };
      if (outerPlace === "thread" && !isSync && !("Suspending" in WebAssembly)) {
        await expectFailure(createPlugin(caller, { functions, isolation: "thread" }), "UNSUPPORTED");
        return;
      }
      await withPlugin(outerPlace, caller, { functions }, async (outer) => {
        await expectFailure(outer.call("run"), "TIMEOUT", "loop", "250 ms");
        target = "fine";
        expect((await outer.call("run")).length).toBe(0);
        await expectFine(inner);
      });
    });
  },
);

test("an endless loop on the thread of a host function that has a timeout of its own (in a worker)", async () => {
  await withPlugin("worker", loops, {}, async (inner) => {
    let target = "loop";
    const functions: HostFunctions = {
      "extism:host/user": { ask: async () => void (await inner.call(target)) },
    };
    await withPlugin("worker", caller, { ...options, functions }, async (outer) => {
      await expectFailure(outer.call("run"), "TIMEOUT", "run", "250 ms");
      await inner.close();
      target = "none";
      await expectFailure(outer.call("run"), "PLUGIN_CLOSED");
      await expectFine(outer);
    });
  });
});
