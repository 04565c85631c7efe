import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test, vi } from "vitest";
import { describeCompiled, describeModule } from "../../src/wasm/describe.ts";
import { limitModule } from "../../src/wasm/limit.ts";
import type { ModuleInterface } from "../../src/wasm/types.ts";

// Loading the AssemblyScript compiler takes a while.
vi.setConfig({ testTimeout: 120_000 });

const LIMITS = { maxPages: 16_384, maxTableEntries: 1_000_000 };
const STORE = join(import.meta.dirname, "../../../../node_modules/.pnpm");

function untyped({ imports, exports }: ModuleInterface): ModuleInterface {
  return {
    imports: imports.map(({ module, name, kind }) => ({ module, name, kind })),
    exports: exports.map(({ name, kind }) => ({ name, kind })),
  };
}

function expectAgreement(bytes: Uint8Array<ArrayBuffer>): void {
  expect(untyped(describeModule(bytes))).toEqual(describeCompiled(new WebAssembly.Module(bytes)));
  const limited = limitModule(bytes, LIMITS);
  expect(untyped(limited.description)).toEqual(describeCompiled(new WebAssembly.Module(limited.bytes)));
  for (const memory of limited.description.memories.filter(({ imported }) => !imported)) {
    expect(memory.maxPages).toBeLessThanOrEqual(LIMITS.maxPages);
  }
}

/** The modules that a package hands to the engine while it is being imported. */
async function modulesOf(load: () => Promise<unknown>): Promise<Uint8Array<ArrayBuffer>[]> {
  const spy = vi.spyOn(WebAssembly, "instantiate");
  try {
    await load();
    return spy.mock.calls
      .map(([source]) => source as unknown)
      .filter((source) => ArrayBuffer.isView(source) || source instanceof ArrayBuffer)
      .map((source) =>
        source instanceof ArrayBuffer ? new Uint8Array(source) : Uint8Array.from(source as Uint8Array),
      );
  } finally {
    spy.mockRestore();
  }
}

test("Binaryen, as the AssemblyScript compiler loads it, is described as the engine does", async () => {
  const modules = await modulesOf(() => import("assemblyscript/asc"));
  expect(modules.length).toBeGreaterThan(0);
  for (const module of modules) expectAgreement(module);
});

test("what the AssemblyScript compiler makes is described as the engine does, and limited", async () => {
  const { default: asc } = await import("assemblyscript/asc");
  const source = `
    @external("env", "log") declare function log(text: string): void;
    export let total: i32 = 0;
    export function greet(name: string): string { log(name); total++; return "Hello, " + name; }
    export function grow(pages: i32): i32 { return memory.grow(pages); }`;
  const { binary, error, stderr } = await asc.compileString(source, {
    exportTable: true,
    optimizeLevel: 2,
    runtime: "incremental",
  });
  expect(error, String(stderr)).toBeNull();
  const bytes = Uint8Array.from(binary!);
  expectAgreement(bytes);
  const { exports } = describeModule(bytes);
  expect(exports).toContainEqual({
    name: "greet",
    kind: "function",
    type: { params: ["i32"], results: ["i32"] },
  });
  expect(exports).toContainEqual({ name: "total", kind: "global", type: { value: "i32", mutable: true } });

  const limited = limitModule(bytes, { maxPages: 30, maxTableEntries: 100 });
  const env = { log() {}, abort() {} };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(limited.bytes), { env });
  const { grow } = instance.exports as unknown as { grow(pages: number): number };
  expect(grow(30)).toBe(-1);
  expect(grow(1)).toBeGreaterThan(0);
});

test("every wasm file of the installed packages is described as the engine does", () => {
  const files = readdirSync(STORE, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".wasm"),
  );
  for (const file of files) {
    expect(
      () => expectAgreement(new Uint8Array(readFileSync(join(STORE, file)))),
      relative(STORE, file),
    ).not.toThrow();
  }
});
