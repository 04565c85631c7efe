import { mapStack } from "@mortise/pdk-js/source-map";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hosts } from "../support/hosts.ts";
import { build, open, type TextPlugin } from "../support/plugin.ts";

const SOURCE = `import { output } from "@mortise/pdk-js";
function inner(): never {
  throw new TypeError("told so");
}
export function throws() { inner(); }
export function text() { throw "only text"; }
export function symbol() { throw Symbol("s"); }
export function object() { throw { code: 5 }; }
export function nothing() { throw undefined; }
export function hostile() { throw { get message() { throw new Error("no"); } }; }
export function caused() { throw new Error("outer", { cause: new RangeError("inner") }); }
export async function rejects() { await null; throw new Error("async"); }
export async function never() { await new Promise(() => {}); }
export function floating() { Promise.reject(new Error("lost")); }
export function handledLater() { const p = Promise.reject(new Error("x")); queueMicrotask(() => p.catch(() => {})); Promise.resolve().then(() => {}); }
export function micro() { queueMicrotask(() => { throw new Error("in a microtask"); }); }
export async function fine() { await Promise.resolve(); output("fine"); }
export function thenable() { return { then(done: (value: string) => void) { done("x"); } }; }
export function deep() { const down = (n: number): number => down(n + 1) + 1; down(0); }
export function caught() { const down = (n: number): number => down(n + 1) + 1; try { down(0); } catch (e) { output((e as Error).name); } }
export function deepJson() { JSON.parse("[".repeat(100_000)); }
export function deepStringify() { let o: object = {}; for (let n = 0; n < 100_000; n++) o = { o }; output(JSON.stringify(o)); }
export function deepEval() { eval("(".repeat(50_000) + ")".repeat(50_000)); }
export function deepRegExp() { new RegExp("(?:".repeat(50_000) + ")".repeat(50_000)); }
export function deepToString() { let a: unknown[] = []; for (let n = 0; n < 50_000; n++) a = [a]; output(String(a)); }
export function deepSort() { const again = (): void => void [2, 1].sort(() => (again(), 0)); again(); }
export function deepReplace() { const again = (): string => "a".replace(/a/, again); again(); }
export function deepBind() { let f = () => 1; for (let n = 0; n < 3000; n++) f = f.bind(null); f(); }
export function deepProxy() { let p: { x?: number } = {}; for (let n = 0; n < 100_000; n++) p = new Proxy(p, {}); p.x; }
export function deepFlat() { let a: unknown[] = []; for (let n = 0; n < 100_000; n++) a = [a]; a.flat(Infinity); }
export function deepGenerator() { function* g(): Generator { yield* g(); } [...g()]; }
export function deepPromise() { let p: unknown = 0; for (let n = 0; n < 100_000; n++) { const q = p; p = { then: (r: (v: unknown) => void) => r(q) }; } return p as never; }
export function hugeBuffer() { new ArrayBuffer(2 ** 40); }
export function hugeArray() { new Array(2 ** 32 - 1).fill(0); }
export function hugeString() { "x".repeat(2 ** 30); }
export function alive() { output("alive"); }
`;

describe.each(hosts)("errors on $name", (host) => {
  let plugin: TextPlugin;
  let wasm: Uint8Array;
  beforeAll(async () => {
    ({ wasm } = await build(SOURCE));
    plugin = await open(host, wasm);
  });
  afterAll(() => plugin.close());

  test("an error brings its name, its message and the author's lines", async () => {
    const stack = mapStack(await plugin.failure("throws"), wasm);
    expect(stack).toMatch(
      /TypeError: told so\n +at inner \(plugin\.ts:3:\d+\)\n +at throws \(plugin\.ts:5:\d+\)$/,
    );
  });

  test.each([
    ["text", /only text$/],
    ["symbol", /thrown: Symbol\(s\)$/],
    ["object", /thrown: \{"code":5\}$/],
    ["nothing", /thrown: undefined$/],
    ["hostile", /the plugin threw a value that cannot be described$/],
    ["caused", /Error: outer\n(.|\n)*caused by: RangeError: inner\n/],
    ["rejects", /Error: async\n +at rejects/],
    ["never", /export "never" returned a promise that can never settle/],
    ["floating", /Error: lost\n/],
    ["micro", /Error: in a microtask\n/],
    ["deep", /RangeError: Maximum call stack size exceeded\n/],
    ["deepJson", /Maximum call stack size exceeded|unexpected|JSON/],
    ["deepStringify", /Maximum call stack size exceeded/],
    ["deepEval", /Maximum call stack size exceeded|stack overflow/],
    ["deepToString", /Maximum call stack size exceeded/],
    ["deepSort", /Maximum call stack size exceeded/],
    ["deepReplace", /Maximum call stack size exceeded/],
    ["deepBind", /Maximum call stack size exceeded/],
    ["deepProxy", /Maximum call stack size exceeded/],
    ["deepFlat", /Maximum call stack size exceeded/],
    ["deepGenerator", /Maximum call stack size exceeded/],
    ["deepRegExp", /stack overflow|Maximum call stack|too many|SyntaxError/],
    ["hugeBuffer", /RangeError: invalid array buffer length/],
    ["hugeString", /invalid string length|out of memory/],
  ])("%s is the call's error, and the next call works", async (name, message) => {
    const text = await plugin.failure(name);
    expect(text).toMatch(message);
    expect(await plugin.text("alive")).toBe("alive");
  });

  test("a rejection that is handled before the call ends is no error", async () => {
    expect(await plugin.text("handledLater")).toBe("");
  });

  test("an async export ends when its promise settles", async () => {
    expect(await plugin.text("fine")).toBe("fine");
  });

  test("a thenable counts as a promise", async () => {
    expect(await plugin.failure("thenable")).toContain('export "thenable" returned a value of type string');
  });

  test("deep recursion can be caught like any error", async () => {
    expect(await plugin.text("caught")).toBe("RangeError");
  });

  test("a very long chain of promises settles", async () => {
    expect(await plugin.text("deepPromise")).toBe("");
  });
});
