import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPluginError } from "../../src/errors.ts";
import { customSection } from "../../src/wasm/custom-section.ts";
import { describeCompiled, describeModule } from "../../src/wasm/describe.ts";
import { type LimitedModule, limitModule } from "../../src/wasm/limit.ts";
import { readSections, SECTION } from "../../src/wasm/sections.ts";
import { shareImportedMemory } from "../../src/wasm/share-memory.ts";
import type { ModuleExport, ModuleImport, ModuleInterface } from "../../src/wasm/types.ts";
import { PREAMBLE } from "../../src/wasm/writer.ts";
import { modernModule, mutated, plainModule } from "./support/arbitrary-module.ts";
import { compile } from "./support/binary.ts";

const LIMITS = { maxPages: 20, maxTableEntries: 50 };

/** Runs an action that may fail, but only with the package's own error; its code is the result then. */
function attempt<T>(action: () => T): { value: T } | { code: string } {
  try {
    return { value: action() };
  } catch (error) {
    if (!isPluginError(error)) throw error;
    return { code: error.code };
  }
}

function untyped({ imports, exports }: ModuleInterface): ModuleInterface {
  return {
    imports: imports.map(({ module, name, kind }) => ({ module, name, kind })),
    exports: exports.map(({ name, kind }) => ({ name, kind })),
  };
}

/** Something of the right type for every import, or `undefined` where JavaScript cannot make it. */
function satisfy(imports: readonly ModuleImport[]): WebAssembly.Imports | undefined {
  const given: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
  for (const entry of imports) {
    const value = makeImport(entry);
    if (value === undefined || given[entry.module]?.[entry.name] !== undefined) return undefined;
    given[entry.module] ??= Object.create(null);
    given[entry.module]![entry.name] = value;
  }
  return given;
}

function makeImport(entry: ModuleImport): WebAssembly.ImportValue | undefined {
  const capped = (min: number, max: number | undefined, cap: number) => ({
    initial: min,
    maximum: Math.max(min, Math.min(max ?? cap, cap)),
  });
  switch (entry.kind) {
    case "function":
      return () => undefined;
    case "memory": {
      const { minPages, maxPages, shared, memory64 } = entry.type!;
      if (memory64) return undefined;
      return new WebAssembly.Memory({ ...capped(minPages, maxPages, LIMITS.maxPages), shared });
    }
    case "table": {
      const { minEntries, maxEntries, element, table64 } = entry.type!;
      const type = element === "funcref" ? "anyfunc" : element === "externref" ? "externref" : undefined;
      if (type === undefined || table64) return undefined;
      return new WebAssembly.Table({
        ...capped(minEntries, maxEntries, LIMITS.maxTableEntries),
        element: type,
      });
    }
    case "global": {
      const { value, mutable } = entry.type!;
      if (value === "v128" || value === "exnref" || value === "ref") return undefined;
      const type = value === "funcref" ? "anyfunc" : value;
      return new WebAssembly.Global(
        { value: type, mutable },
        value === "i64" ? 0n : value === "funcref" ? null : 0,
      );
    }
    case "tag":
      return undefined;
  }
}

/**
 * Compares what is exported with its description, and expects that nothing is larger than the limits nor can be
 * grown beyond them.
 */
function checkExports(instance: WebAssembly.Instance, exports: readonly ModuleExport[]): void {
  for (const entry of exports) {
    const value = instance.exports[entry.name];
    if (entry.kind === "function") {
      expect((value as CallableFunction).length).toBe(entry.type!.params.length);
    }
    if (value instanceof WebAssembly.Memory && entry.kind === "memory") {
      const pages = value.buffer.byteLength / 65_536;
      expect(pages).toBe(entry.type!.minPages);
      expectFull(value, pages, LIMITS.maxPages, entry.type!.memory64);
    }
    if (value instanceof WebAssembly.Table && entry.kind === "table") {
      expect(Number(value.length)).toBe(entry.type!.minEntries);
      expectFull(value, entry.type!.minEntries, LIMITS.maxTableEntries, entry.type!.table64);
    }
  }
}

function expectFull(growable: { grow(by: number): number }, size: number, cap: number, wide: boolean): void {
  expect(size).toBeLessThanOrEqual(cap);
  const by = cap - size + 1;
  // What is indexed by i64 grows by a BigInt in some engines, which the type declarations do not know yet.
  const grow = () => growable.grow(wide && takesBigInt(growable) ? (BigInt(by) as unknown as number) : by);
  expect(grow).toThrow(RangeError);
}

function takesBigInt(growable: { grow(by: number): number }): boolean {
  try {
    growable.grow(0n as unknown as number);
    return true;
  } catch {
    return false;
  }
}

type Outcome = "refused" | "not compiled" | "compiled" | "grown";

/** What must hold of every module; says how far it came. */
function checkAgainstEngine(
  bytes: Uint8Array<ArrayBuffer>,
): "refused" | "not compiled" | "compiled" | "grown" {
  const original = compile(bytes);
  const described = attempt(() => describeModule(bytes));
  if (original && "value" in described) expect(untyped(described.value)).toEqual(describeCompiled(original));
  // What an engine runs may be more than this package knows, but it is never called broken.
  if (original && "code" in described) expect(described.code).toBe("UNSUPPORTED");

  const limited: { value: LimitedModule } | { code: string } = attempt(() => limitModule(bytes, LIMITS));
  if ("code" in limited) return "refused";
  expect(limited.value.description).toEqual(describeModule(limited.value.bytes));
  const module = compile(limited.value.bytes);
  if (original) expect(module).toBeDefined();
  // Engines refuse a 64-bit memory or table that could become larger than they allow. Limited, it cannot.
  else if (!limited.value.description.memories.some((memory) => memory.memory64))
    expect(module).toBeUndefined();
  if (module === undefined) return "not compiled";
  expect(untyped(limited.value.description)).toEqual(describeCompiled(module));
  // A start function is mutated code that may never return.
  if (readSections(bytes).known.has(SECTION.start)) return "compiled";
  const imports = satisfy(limited.value.description.imports);
  if (imports === undefined) return "compiled";
  const instance = attemptLink(module, imports);
  if (instance === undefined) return "compiled";
  checkExports(instance, limited.value.description.exports);
  return "grown";
}

/** Instantiation can fail for reasons of the mutation: an element or data segment out of bounds, say. */
function attemptLink(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): WebAssembly.Instance | undefined {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (error) {
    expect(error).toSatisfy(
      (thrown) => thrown instanceof WebAssembly.RuntimeError || thrown instanceof WebAssembly.LinkError,
    );
    return undefined;
  }
}

function tally(module: fc.Arbitrary<Uint8Array<ArrayBuffer>>, numRuns: number): Record<Outcome, number> {
  const outcomes = { refused: 0, "not compiled": 0, compiled: 0, grown: 0 };
  fc.assert(
    fc.property(module, (bytes) => {
      outcomes[checkAgainstEngine(bytes)] += 1;
    }),
    { numRuns },
  );
  return outcomes;
}

describe("against the engine", { timeout: 120_000 }, () => {
  // The counts say that the checks are reached; each bound is far from what any run has shown.
  test("plain modules are described as the engine does, and never grow beyond the limits", () => {
    const outcomes = tally(plainModule, 300);
    expect(outcomes["not compiled"]).toBe(0);
    expect(outcomes.grown).toBeGreaterThan(100);
  });

  test("so are plain modules with a few bytes changed, as far as the engine accepts them", () => {
    const outcomes = tally(mutated(plainModule), 1_500);
    expect(outcomes.grown).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
  });

  test("so are modules of newer proposals, as far as the engine accepts them", () => {
    const outcomes = tally(modernModule, 300);
    expect(outcomes.refused).toBeLessThan(150);
    tally(mutated(modernModule), 700);
  });
});

describe("bytes of any kind", { timeout: 120_000 }, () => {
  const afterPreamble = fc
    .uint8Array({ maxLength: 60 })
    .map((rest) => Uint8Array.from([...PREAMBLE, ...rest]));
  const section = fc
    .tuple(fc.nat(14), fc.uint8Array({ maxLength: 30 }))
    .map(([id, body]) => [id, body.length, ...body]);
  const sections = fc
    .array(section, { maxLength: 6 })
    .map((all) => Uint8Array.from([...PREAMBLE, ...all.flat()]));

  test.each([
    ["random bytes", fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from(bytes))],
    ["random bytes after the preamble", afterPreamble],
    ["random sections", sections],
  ])("%s fail with the package's own error or not at all", (_, bytes) => {
    fc.assert(
      fc.property(bytes, (module) => {
        checkAgainstEngine(module);
        attempt(() => shareImportedMemory(module, 10));
        attempt(() => customSection(module, "name"));
      }),
      { numRuns: 2_000 },
    );
  });
});
