import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileWat } from "../abi/guests.ts";
import { isFailure, type OpenPlugin } from "../hosts/host.ts";
import { mortise } from "../hosts/mortise.ts";
import { KernelModel, type Observation, type PluginState } from "../kernel-model/model.ts";
import {
  badRange,
  encodeOperations,
  type Operation,
  operationNames,
  operations,
} from "../kernel-model/operations.ts";

const wasm = compileWat(readFileSync(new URL("../kernel-model/interpreter.wat", import.meta.url), "utf8"));
const config = { "": "no key", "\0": "null", a: "", "\0\0\0": "three" };
const MAX_VAR_BYTES = 64 * 1024 * 1024;

async function openInterpreter(): Promise<{ plugin: OpenPlugin; state: PluginState }> {
  const plugin = await mortise.open([{ wasm }], { config, maxVarBytes: MAX_VAR_BYTES, logLevel: "info" });
  if (isFailure(plugin)) expect.fail(plugin.message);
  const encoded = Object.entries(config).map(
    ([key, value]) => [key, new TextEncoder().encode(value)] as const,
  );
  return { plugin, state: { config: new Map(encoded), vars: new Map(), log: [] } };
}

/** Runs a list of operations and holds every result against the model. */
async function compare(plugin: OpenPlugin, state: PluginState, list: readonly Operation[]): Promise<void> {
  const input = encodeOperations(list);
  const outcome = await plugin.call("run", input);
  if ("failure" in outcome) expect.fail(outcome.failure.message);
  const [first, ...observations] = observationsIn(outcome.output);
  expect(observations).toHaveLength(list.length);

  const model = new KernelModel(state);
  if (first) model.begin(input, first);
  list.forEach((operation, index) => {
    const observation = observations[index];
    try {
      if (observation) model.check(operation, observation);
    } catch (error) {
      expect.fail(`operation ${index}, ${operation.name}: ${error instanceof Error ? error.message : error}`);
    }
  });
  expect(plugin.takeLog().map(([, line]) => line)).toEqual(state.log.splice(0));
}

function observationsIn(output: Uint8Array): Observation[] {
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  return Array.from({ length: output.length / 16 }, (_, index) => ({
    result: view.getBigUint64(index * 16, true),
    memoryBytes: view.getBigUint64(index * 16 + 8, true),
  }));
}

describe("the kernel and its model", () => {
  test("agree on every result of random operations, call after call", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 1, maxLength: 4 }), async (calls) => {
        const { plugin, state } = await openInterpreter();
        try {
          for (const list of calls) await compare(plugin, state, list);
        } finally {
          await plugin.close();
        }
      }),
      { numRuns: 400 },
    );
  }, 120_000);

  test("agree after calls that named a range outside memory, each of which failed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 1, maxLength: 3 }), badRange, async (calls, bad) => {
        const { plugin, state } = await openInterpreter();
        try {
          for (const list of calls) {
            expect(await plugin.call("run", encodeOperations([bad]))).toMatchObject({
              failure: { code: "TRAP" },
            });
            await compare(plugin, state, list);
          }
        } finally {
          await plugin.close();
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  test("are compared on every operation that there is", () => {
    const seen = new Set(
      fc
        .sample(operations, { numRuns: 200, seed: 1 })
        .flat()
        .map(({ name }) => name),
    );
    expect([...seen].sort()).toEqual([...operationNames].sort());
  });
});

describe("the model", () => {
  const literally = (plus: bigint) => ({ result: -1, plus });
  const operation = (name: Operation["name"], a: bigint, b = 0n) => ({
    name,
    a: literally(a),
    b: literally(b),
  });
  const seen = (result: bigint): Observation => ({ result, memoryBytes: 65_536n });

  function started(): KernelModel {
    const model = new KernelModel({ config: new Map(), vars: new Map(), log: [] });
    model.begin(Uint8Array.of(1, 2, 3), seen(1024n));
    return model;
  }

  test.each([
    ["a block that overlaps another", [[operation("alloc", 8n), 1026n]]],
    ["a block below the heap", [[operation("alloc", 8n), 64n]]],
    ["a block beyond memory", [[operation("alloc", 8n), 65_530n]]],
    ["a refused allocation", [[operation("alloc", 8n), 0n]]],
    ["a length that is not exact", [[operation("length", 1024n), 4n]]],
    ["a length inside a block", [[operation("length", 1025n), 2n]]],
    ["a byte that nobody stored", [[operation("load_u8", 1025n), 7n]]],
    ["a view below the heap", [[operation("load_u8", 64n), 7n]]],
    ["a store that is lost", [[operation("store_u8", 1024n, 9n), 1n]]],
    [
      "an input that outlives its block",
      [
        [operation("free", 1024n), 0n],
        [operation("input_length", 0n), 3n],
      ],
    ],
    ["input past its end", [[operation("input_load_u8", 3n), 9n]]],
    [
      "an error that is not the one that was set",
      [
        [operation("error_set", 1024n), 0n],
        [operation("error_get", 0n), 0n],
      ],
    ],
    ["a var that nobody set", [[operation("var_get", 1024n), 2048n]]],
  ] as [string, [Operation, bigint][]][])("refuses %s", (_, steps) => {
    const model = started();
    const last = steps.pop();
    for (const [each, result] of steps) model.check(each, seen(result));
    expect(() => last && model.check(last[0], seen(last[1]))).toThrow(RangeError);
  });
});
