import { createPlugin, isPluginError } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { expectFailure, failureOf, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, survives, withPlugin } from "./support/attack.ts";
import { arrayBomb, exceptionTableBomb, gcBomb } from "./support/binary.ts";
import { guest } from "./support/wat.ts";

watchOtherPlugins();

const bombs = { "collected objects": gcBomb, "a table of exceptions": exceptionTableBomb };

describe.each(Object.entries(bombs))("a heap that is filled with %s", (_, bomb) => {
  const isKnown = WebAssembly.validate(bomb);

  test("a module that can fill the engine's heap is refused (in a thread)", async () => {
    const attempt = createPlugin(bomb, { isolation: "thread" });
    if (isKnown) await expectFailure(attempt, "UNSUPPORTED", "garbage-collected heap");
    else await expectFailure(attempt, "MODULE_INVALID");
  });

  test.runIf(isKnown)("a heap that is filled ends its worker and nothing else (in a worker)", async () => {
    await using plugin = await createPlugin(bomb);
    expect(plugin.isolation).toBe("worker");
    for (let i = 0; i < 2; i++) {
      const { code } = await failureOf(plugin.call("fill"));
      expect(["MEMORY_LIMIT", "WORKER_CRASHED"]).toContain(code);
      await expectFine(plugin);
    }
  });
});

attack("an array larger than any heap", async (place) => {
  for (const length of [100_000, 3_000_000, 120_000_000]) {
    await expectFailure(createPlugin(arrayBomb(length), { isolation: place }), "UNSUPPORTED", "array types");
  }
});

describe("exceptions", () => {
  /** Holds an exception of 16 numbers in every frame. */
  const holder = guest(`
    (type $large (func (param ${"i64 ".repeat(16)})))
    (tag $thrown (type $large))
    (func $hold
      (try
        (do ${"(i64.const 7) ".repeat(16)} (throw $thrown))
        (catch $thrown ${"(drop) ".repeat(16)} (call $hold))))
    (func (export "hold") (call $hold))
    (func (export "throw") ${"(i64.const 7) ".repeat(16)} (throw $thrown))`);

  attack("exceptions that a recursion without end holds", (place) =>
    withPlugin(place, holder, {}, async (plugin) => {
      await survives(plugin, "hold", { code: "TRAP", says: "stack" });
    }),
  );

  attack("an exception that nobody catches", (place) =>
    withPlugin(place, holder, {}, async (plugin) => {
      await survives(plugin, "throw", { code: "TRAP" });
    }),
  );

  attack("an exception with more values than anybody needs", async (place) => {
    const large = guest(`(type $large (func (param ${"i64 ".repeat(17)}))) (tag (type $large))`);
    await expectFailure(createPlugin(large, { isolation: place }), "UNSUPPORTED", "17");
  });

  attack("an exit that the guest catches", async (place) => {
    const stubborn = guest(`
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "exit") (call $exit (i32.const 3)))
      (func (export "catch") (try (do (call $exit (i32.const 3))) (catch_all)))`);
    await withPlugin(place, stubborn, {}, async (plugin) => {
      await survives(plugin, "exit", { code: "EXIT_NONZERO", says: "3" });
      const [outcome] = await Promise.allSettled([plugin.call("catch")]);
      if (outcome.status === "rejected") expect(isPluginError(outcome.reason)).toBe(true);
      await expectFine(plugin);
    });
  });
});
