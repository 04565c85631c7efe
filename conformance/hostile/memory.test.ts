import { createPlugin, type HostFunctions } from "@mortise/host-sdk";
import { expect } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, type Place, survives, withPlugin } from "./support/attack.ts";
import { countdown, forever, guest } from "./support/wat.ts";

watchOtherPlugins();

const options = { memory: { maxPages: 64 }, limits: { maxTableEntries: 10_000 } };

const floods = guest(`
  (memory (export "memory") 1)
  (table (export "entries") 1 funcref)
  (func $deeper (param i64) (result i64)
    (i64.add (i64.const 1) (call $deeper (i64.add (local.get 0) (i64.const 1)))))
  (func (export "recurse") (drop (call $deeper (i64.const 0))))
  (func $deeper_and_catch
    (try (do (call $deeper_and_catch)) (catch_all))
    (try (do (call $deeper_and_catch)) (catch_all)))
  (func (export "recurse_and_catch") (call $deeper_and_catch) (unreachable))
  (func $deeper_with_imports ${/* Large frames: every depth costs a way to the caller and back. */ "(local i64)".repeat(200)}
    (call $var_set (i64.const 0) (call $alloc (i64.const 8)))
    (call $deeper_with_imports))
  (func (export "recurse_into_imports") (call $deeper_with_imports))
  (func (export "grow")
    (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (unreachable))
  (func (export "grow_at_once") (result i32)
    (i32.and
      (i32.ne (memory.grow (i32.const 65535)) (i32.const -1))
      (i32.ne (memory.grow (i32.const -1)) (i32.const -1))))
  (func (export "grow_table")
    (loop $again (br_if $again (i32.ne (table.grow (ref.null func) (i32.const 999)) (i32.const -1))))
    (unreachable))
  (func (export "allocate")
    (loop $again (br_if $again (i64.ne (call $alloc (i64.const 65536)) (i64.const 0))))
    (unreachable))
  (func (export "allocate_10000") (local $n i64) (local $handle i64)
    (local.set $n (i64.const 10000))
    ${countdown(`
      (local.set $handle (call $alloc (i64.const 16)))
      (if (i64.eqz (local.get $handle)) (then (unreachable)))
      (call $store_u64 (local.get $handle) (local.get $n))`)}
    (call $output_set (local.get $handle) (i64.const 8)))
  (func (export "allocate_absurdly") (result i32)
    (i64.ne (i64.const 0)
      (i64.or
        (i64.or (call $alloc (i64.const 0x8000000000000000)) (call $alloc (i64.const -1)))
        (i64.or (call $alloc (i64.const 0x100000000)) (call $alloc (i64.const 0xfffffff0))))))`);

function endsWith(
  name: string,
  code: "MEMORY_LIMIT" | "TRAP",
  says: string,
): (place: Place) => Promise<void> {
  return (place) =>
    withPlugin(place, floods, options, async (plugin) => void (await survives(plugin, name, { code, says })));
}

attack("recursion without end", endsWith("recurse", "TRAP", "stack"));
attack("recursion without end that catches every exception", endsWith("recurse_and_catch", "TRAP", ""));
attack("growing memory without end", endsWith("grow", "MEMORY_LIMIT", "64 pages"));
attack("allocating blocks without end", endsWith("allocate", "MEMORY_LIMIT", "64 pages"));
attack("growing a table without end", endsWith("grow_table", "TRAP", "unreachable"));

attack("recursion without end that calls imports at every depth", (place) =>
  withPlugin(place, floods, { memory: { maxPages: 1024 } }, async (plugin) => {
    const error = await survives(plugin, "recurse_into_imports", { code: "TRAP" });
    expect(error.message).toMatch(/stack/i);
  }),
);

attack("growing memory by 4 GiB at once", (place) =>
  withPlugin(place, floods, options, async (plugin) => {
    expect((await plugin.call("grow_at_once")).length).toBe(0);
  }),
);

attack("10,000 allocations without a free, a hundred times", (place) =>
  withPlugin(place, floods, options, async (plugin) => {
    for (let i = 0; i < 100; i++) {
      const [last] = new BigUint64Array((await plugin.call("allocate_10000")).bytes().buffer);
      expect(last).toBe(1n);
    }
  }),
);

attack("an allocation of 2^63 bytes, and of other sizes that wrap", (place) =>
  withPlugin(place, floods, options, async (plugin) => {
    // The guest learns it from the handle 0; that the kernel refused colours a failure, not a success.
    expect((await plugin.call("allocate_absurdly")).length).toBe(0);
  }),
);

const starts: Record<string, string> = {
  "one page more than allowed": "(memory 65)",
  "4 GiB": "(memory 65536)",
};

attack("a memory that starts over the limit", async (place) => {
  for (const fields of Object.values(starts)) {
    await expectFailure(createPlugin(guest(fields), { ...options, isolation: place }), "MEMORY_LIMIT", "64");
  }
});

attack("a table that starts over the limit", async (place) => {
  for (const entries of ["10001", "4294967295"]) {
    const attempt = createPlugin(guest(`(table ${entries} funcref)`), { ...options, isolation: place });
    await expectFailure(attempt, "MEMORY_LIMIT", "10000");
  }
});

attack("many tables, each of which starts within the limit", async (place) => {
  const over = guest("(table 1000 funcref)".repeat(11));
  await expectFailure(createPlugin(over, { ...options, isolation: place }), "MEMORY_LIMIT", "11000");
  const many = guest("(table 1 funcref)".repeat(17));
  await expectFailure(createPlugin(many, { ...options, isolation: place }), "MEMORY_LIMIT", "17 tables");
});

attack("many memories, each of which starts within the limit", async (place) => {
  const many = guest("(memory 1)".repeat(17));
  await expectFailure(createPlugin(many, { ...options, isolation: place }), "MEMORY_LIMIT", "17 memories");
});

attack("a shared memory", (place) =>
  withPlugin(
    place,
    guest(`
      (memory (export "memory") 1 60000 shared)
      (table (export "table") 1 funcref)
      (global $direct (export "mortise_direct") (mut i32) (i32.const 0))
      (type $output (func (param i32 i32)))
      (func (export "grow")
        (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (unreachable))
      (func (export "output_of_grown_memory")
        (drop (memory.grow (i32.const 1)))
        (i32.store (i32.const 131068) (i32.const 0x21212121))
        (call_indirect (type $output) (i32.const 131068) (i32.const 4)
          (i32.add (global.get $direct) (i32.const 1))))`),
    options,
    async (plugin) => {
      await survives(plugin, "grow", { code: "MEMORY_LIMIT", says: "64 pages" });
      const output = await plugin.call("output_of_grown_memory");
      expect(output.text()).toBe("!!!!");
      expect(output.bytes().buffer).toBeInstanceOf(ArrayBuffer);
    },
  ),
);

attack("an allocation by a host function that the memory cannot hold", (place) => {
  const functions: HostFunctions = {
    "extism:host/user": { give: (plugin) => plugin.store(new Uint8Array(65 * 65_536)) },
  };
  const greedy = guest(`
    (import "extism:host/user" "give" (func $give (result i64)))
    (func (export "take") (drop (call $give)))`);
  return withPlugin(place, greedy, { ...options, functions }, async (plugin) => {
    await survives(plugin, "take", { code: "MEMORY_LIMIT", says: "64 pages" });
  });
});

attack("an endless loop of allocating and freeing", (place) =>
  withPlugin(
    place,
    guest(`(func (export "churn") ${forever("(call $free (call $alloc (i64.const 100000)))")})`),
    { memory: { maxPages: 4 }, timeoutMs: 250 },
    async (plugin) => void (await survives(plugin, "churn", { code: "TIMEOUT" })),
  ),
);
