import type { HostFunctions, Logger } from "@mortise/host-sdk";
import { describe, expect, test } from "vitest";
import { expectFailure, watchOtherPlugins } from "../test/witness.ts";
import { attack, expectFine, PLACES, survives, withPlugin } from "./support/attack.ts";
import { countdown, forever, guest } from "./support/wat.ts";

watchOtherPlugins();

/** Counts what reaches the application's log. */
function countingLogger(): { logger: Logger; seen: { lines: number; longest: number; characters: number } } {
  const seen = { lines: 0, longest: 0, characters: 0 };
  const take = (line: string) => {
    seen.lines += 1;
    seen.characters += line.length;
    seen.longest = Math.max(seen.longest, line.length);
  };
  return { logger: { trace: take, debug: take, info: take, warn: take, error: take }, seen };
}

describe("logs", () => {
  const logs = guest(`
    (func (export "log_without_end") ${forever("(call $log_error (call $alloc (i64.const 4096)))")})
    (func (export "log_empty_lines_without_end") ${forever("(call $log_error (i64.const 0))")})
    (func (export "log_a_long_line") (call $log_error (call $alloc (i64.const 900000))))`);

  attack("log lines without end", async (place) => {
    const { logger, seen } = countingLogger();
    await withPlugin(place, logs, { logger, limits: { maxLogBytes: 100_000 } }, async (plugin) => {
      await survives(plugin, "log_without_end", { code: "OUTPUT_LIMIT", says: "100000" });
      expect(seen.characters).toBeGreaterThan(100_000); // two calls, with a limit each
      expect(seen.characters).toBeLessThanOrEqual(200_000);
    });
  });

  attack("empty log lines without end", async (place) => {
    const { logger, seen } = countingLogger();
    const options = { logger, limits: { maxLogBytes: 1000 }, ...(place === "worker" && { timeoutMs: 5000 }) };
    await withPlugin(place, logs, options, async (plugin) => {
      await survives(plugin, "log_empty_lines_without_end", { code: "OUTPUT_LIMIT", says: "1000" });
      expect(seen.lines).toBeLessThanOrEqual(2000);
    });
  });

  attack("a log line longer than the limit", async (place) => {
    const { logger, seen } = countingLogger();
    await withPlugin(place, logs, { logger, limits: { maxLogLineBytes: 100 } }, async (plugin) => {
      await plugin.call("log_a_long_line");
      expect(seen.lines).toBe(1);
      expect(seen.longest).toBeLessThan(150);
    });
  });
});

describe("vars", () => {
  const vars = guest(`
    (func $key (param $n i64) (result i64) (local $key i64)
      (local.set $key (call $alloc (i64.const 8)))
      (call $store_u64 (local.get $key) (local.get $n))
      (local.get $key))
    (func (export "set_without_end") (local $n i64)
      ${forever(`
        (local.set $n (i64.add (local.get $n) (i64.const 1)))
        (call $var_set (call $key (local.get $n)) (call $alloc (i64.const 100)))`)})
    (func (export "set_one_too_large") (call $var_set (call $key (i64.const -1)) (call $alloc (i64.const 1001))))
    (func (export "set_a_key_of_10_mib") (call $var_set (call $alloc (i64.const 10485760)) (i64.const 0))
      (call $var_set (call $alloc (i64.const 10485760)) (call $alloc (i64.const 1))))
    (func (export "overwrite") (local $n i64)
      (local.set $n (i64.const 1000))
      ${countdown("(call $var_set (call $key (i64.const 1)) (call $alloc (i64.const 900)))")})`);

  attack("vars without end", (place) =>
    withPlugin(place, vars, { memory: { maxVarBytes: 1000 } }, async (plugin) => {
      await survives(plugin, "set_without_end", { code: "VAR_LIMIT", says: "1000" });
      await survives(plugin, "set_one_too_large", { code: "VAR_LIMIT", says: "1000" });
      plugin.reset({ vars: true });
      expect((await plugin.call("overwrite")).length).toBe(0);
    }),
  );

  attack("a var whose key has 10 MiB", (place) =>
    withPlugin(place, vars, {}, async (plugin) => {
      const error = await survives(plugin, "set_a_key_of_10_mib", { code: "VAR_LIMIT" });
      expect(error.message.length).toBeLessThan(1000);
    }),
  );
});

describe("outputs", () => {
  const outputs = guest(`
    (memory (export "memory") 16)
    (table (export "table") 1 funcref)
    (global $direct (export "mortise_direct") (mut i32) (i32.const 0))
    (type $output (func (param i32 i32)))
    (func $direct_output (param $length i32)
      (call_indirect (type $output) (i32.const 0) (local.get $length) (i32.add (global.get $direct) (i32.const 1))))
    (func (export "plain") (call $output_set (call $alloc (i64.const 1001)) (i64.const 1001)))
    (func (export "direct") (call $direct_output (i32.const 1001)))
    (func (export "plain_of_everything")
      (call $output_set (call $alloc (i64.const 1000)) (i64.const 0xffffffff)))
    (func (export "direct_1000_times") (local $n i64)
      (local.set $n (i64.const 1000))
      ${countdown("(call $direct_output (i32.const 1048576))")})
    (func (export "plain_1000_times") (local $n i64) (local $block i64)
      (local.set $block (call $alloc (i64.const 1048576)))
      (local.set $n (i64.const 1000))
      ${countdown("(call $output_set (local.get $block) (i64.const 1048576))")})`);
  const limits = { maxOutputBytes: 1000 };

  attack("an output over the limit", (place) =>
    withPlugin(place, outputs, { limits }, async (plugin) => {
      await survives(plugin, "plain", { code: "OUTPUT_LIMIT", says: "1000" });
      await survives(plugin, "plain_of_everything", { code: "TRAP", says: "outside kernel memory" });
    }),
  );

  attack("an output over the limit by direct transfer", (place) =>
    withPlugin(place, outputs, { limits }, async (plugin) => {
      await survives(plugin, "direct", { code: "OUTPUT_LIMIT", says: "1000" });
    }),
  );

  attack("1,000 outputs of 1 MiB in one call", (place) =>
    withPlugin(place, outputs, { memory: { maxPages: 64 } }, async (plugin) => {
      for (const name of ["plain_1000_times", "direct_1000_times"]) {
        expect((await plugin.call(name)).length).toBe(1_048_576);
        await expectFine(plugin);
      }
    }),
  );
});

describe("inputs", () => {
  const inputs = guest(`
    (memory (export "memory") 16)
    (table (export "table") 1 funcref)
    (global $direct (export "mortise_direct") (mut i32) (i32.const 0))
    (type $input (func (param i32 i32 i32)))
    (func (export "plain") (result i32) (local $n i64) (local $sum i64)
      (local.set $n (i64.const 100000))
      ${countdown(`
        (local.set $sum (i64.or (local.get $sum)
          (i64.or (call $input_load_u64 (i64.sub (i64.const 0) (local.get $n)))
            (i64.extend_i32_u (call $input_load_u8 (i64.add (call $input_length) (local.get $n)))))))
        (drop (call $input_offset))`)}
      (i64.ne (local.get $sum) (i64.const 0)))
    (func (export "direct") (local $n i64)
      (local.set $n (i64.const 1000))
      ${countdown(`
        (call_indirect (type $input) (i32.const 0) (i32.const 0) (i32.const 1000000) (global.get $direct))`)}
      (call $output_set (call $input_offset) (call $input_length)))
    (func (export "free_and_read") (result i32) (local $n i64)
      (local.set $n (i64.const 1000))
      ${countdown(`
        (call $free (call $input_offset))
        (if (i64.ne (call $input_length) (i64.const 0)) (then (unreachable)))`)}
      (call $input_load_u8 (i64.const 0)))`);
  const input = new Uint8Array(1_000_000).fill(65);

  attack("an input that is read 100,000 times, and past its end", (place) =>
    withPlugin(place, inputs, { memory: { maxPages: 64 } }, async (plugin) => {
      expect((await plugin.call("plain", input)).length).toBe(0);
      expect((await plugin.call("free_and_read", input)).length).toBe(0);
    }),
  );

  attack("an input that is read 1,000 times by direct transfer", (place) =>
    withPlugin(place, inputs, { memory: { maxPages: 64 } }, async (plugin) => {
      const output = await plugin.call("direct", input);
      expect(Buffer.compare(output.bytes(), input)).toBe(0);
    }),
  );

  attack("an input larger than the plugin's memory", (place) =>
    withPlugin(place, inputs, { memory: { maxPages: 32 } }, async (plugin) => {
      await expectFailure(plugin.call("plain", new Uint8Array(33 * 65_536)), "MEMORY_LIMIT", "32 pages");
      expect((await plugin.call("plain", "small")).length).toBe(0);
    }),
  );
});

describe("error texts", () => {
  const errors = guest(`
    (func (export "long") (local $text i64) (local $n i64)
      (local.set $text (call $alloc (i64.const 10485760)))
      (local.set $n (i64.const 10485760))
      ${countdown("(call $store_u8 (i64.add (local.get $text) (i64.sub (local.get $n) (i64.const 1))) (i32.const 97))")}
      (call $error_set (local.get $text)))
    (func (export "huge") (call $error_set (call $alloc (i64.const 600000000))))
    (func (export "not_utf8") (local $text i64)
      (local.set $text (call $alloc (i64.const 3)))
      (call $store_u8 (local.get $text) (i32.const 0xc3))
      (call $store_u8 (i64.add (local.get $text) (i64.const 1)) (i32.const 0x28))
      (call $store_u8 (i64.add (local.get $text) (i64.const 2)) (i32.const 0xff))
      (call $error_set (local.get $text)))
    (func (export "freed") (local $text i64)
      (local.set $text (call $alloc (i64.const 3)))
      (call $error_set (local.get $text))
      (call $free (local.get $text)))`);

  attack("an error text of 10 MiB", (place) =>
    withPlugin(place, errors, {}, async (plugin) => {
      const error = await survives(plugin, "long", { code: "PLUGIN_FAILED", says: "aaaa" });
      expect(error.message.length).toBeLessThan(1_100_000);
    }),
  );

  attack("an error text that is not UTF-8", (place) =>
    withPlugin(place, errors, {}, async (plugin) => {
      await survives(plugin, "not_utf8", { code: "PLUGIN_FAILED", says: "\ufffd(\ufffd" });
      await survives(plugin, "freed", { code: "PLUGIN_FAILED" });
    }),
  );

  test.each(PLACES)("an error text longer than any string can be (in a %s)", (place) =>
    withPlugin(place, errors, {}, async (plugin) => {
      await expectFailure(plugin.call("huge"), "PLUGIN_FAILED");
      await expectFine(plugin);
    }),
  );
});

test.each(PLACES)("an endless stream to no logger is stopped by its timeout (in a %s)", async (place) => {
  const functions: HostFunctions = {};
  const quiet = guest(`(func (export "log") ${forever("(call $log_error (call $alloc (i64.const 4096)))")})`);
  await withPlugin(place, quiet, { functions, timeoutMs: 250, memory: { maxPages: 16 } }, async (plugin) => {
    await survives(plugin, "log", { code: "TIMEOUT" });
  });
});
