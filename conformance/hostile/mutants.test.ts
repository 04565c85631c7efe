import {
  type CompiledPlugin,
  compilePlugin,
  createPlugin,
  type HostFunctions,
  isPluginError,
  type Plugin,
} from "@mortise/host-sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGuest, readBuiltGuest } from "../abi/guests.ts";
import { echoGuest } from "../test/witness.ts";
import type { Place } from "./support/attack.ts";
import { mutate, mutations } from "./support/mutate.ts";

const isLong = process.env["MORTISE_SUITE"] === "long";

const originals = [
  echoGuest,
  ...["memory", "kernel", "vars", "log", "input", "output", "wasi"].map(compileGuest),
  ...["greet", "echo", "vars", "count_vowels", "stock-echo"].map(readBuiltGuest),
];

/** Calls of one mutant, at the most. */
const MAX_CALLS = 4;

/** What the originals import, so that what a mutation did not touch can be linked. */
const functions: HostFunctions = { "extism:host/user": { empty_block: () => 0n } };

type Count = Record<"cases" | "compiled" | "instantiated" | "ran" | "answered", number>;

/** What a promise gives; a failure must be a `PluginError`, and becomes `undefined`. */
async function outcome<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return undefined;
  }
}

async function callExports(plugin: Plugin, count: Count): Promise<void> {
  let answered = false;
  for (const name of plugin.exports.slice(0, MAX_CALLS)) {
    const output = await outcome(plugin.call(name, "Hello, mutant"));
    answered ||= output !== undefined;
  }
  if (plugin.exports.length > 0) count.ran += 1;
  if (answered) count.answered += 1;
}

async function instantiateAndCall(compiled: CompiledPlugin, place: Place, count: Count): Promise<void> {
  const options = { isolation: place, timeoutMs: place === "thread" ? 20 : 300, functions };
  const plugin = await outcome(compiled.instantiate(options));
  if (!plugin) return;
  count.instantiated += 1;
  await callExports(plugin, count);
  await plugin.close();
}

test.each<[Place, number, number]>([
  ["thread", 1000, 20_000],
  ["worker", 30, 1000],
])(
  "random bytes as a module: mutants fail with a PluginError, or run (in a %s)",
  async (place, short, long) => {
    const count: Count = { cases: 0, compiled: 0, instantiated: 0, ran: 0, answered: 0 };
    await using witness = await createPlugin(echoGuest);
    const property = fc.asyncProperty(fc.constantFrom(...originals), mutations, async (original, changes) => {
      count.cases += 1;
      const compiled = await outcome(
        compilePlugin(mutate(original, changes), {
          memory: { maxPages: 256 },
          limits: { maxTableEntries: 10_000 },
        }),
      );
      if (!compiled) return;
      count.compiled += 1;
      await instantiateAndCall(compiled, place, count);
      expect(witness.callSync("echo", "still here").text()).toBe("still here");
    });
    await fc.assert(property, { numRuns: isLong ? long : short, endOnFailure: true });
    console.log(`mutants in a ${place}: ${JSON.stringify(count)}`);
    expect(count.ran / count.cases).toBeGreaterThan(0.3);
    expect(count.compiled).toBeLessThan(count.cases);
  },
  isLong ? 1_800_000 : 120_000,
);
