import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hosts } from "../support/hosts.ts";
import { build, open, type TextPlugin } from "../support/plugin.ts";

const SOURCE = `import { hostFunction, input, inputString, output, outputJson } from "@mortise/pdk-js";
const numbers = hostFunction("extism:host/user", "numbers", { params: ["i32", "i64", "f32", "f64"], result: "f64" });
const long = hostFunction("extism:host/user", "long", { params: ["i64"], result: "i64" });
const single = hostFunction("extism:host/user", "single", { params: ["f32"], result: "f32" });
const word = hostFunction("extism:host/user", "word", { params: ["i32"], result: "i32" });
const shout = hostFunction("extism:host/user", "shout", { params: ["text"], result: "text" });
const reverse = hostFunction("my-namespace", "reverse", { params: ["bytes"], result: "bytes" });
const wrap = hostFunction("extism:host/user", "wrap", { params: ["json"], result: "json" });
const nothing = hostFunction("extism:host/user", "nothing", { params: ["text"], result: "json" });
const ping = hostFunction("extism:host/user", "ping");
const again = hostFunction("extism:host/user", "shout", { params: ["text"], result: "text" });

export function all() {
  outputJson([numbers(-7, 2n ** 62n, 0.5, 1e300), String(long(-(2n ** 63n))), String(long(9007199254740993n)), single(1.5), word(-1)]);
}
export function texts() { outputJson([shout("grüß"), again("x"), wrap({ a: [1] }), nothing("q"), ping()]); }
export function bytes() { output(reverse(input())); }
export function notBigint() { long(5 as never); }
export function tooLong() { long(2n ** 64n); }
export function notInteger() { word(1.5); }
export function notText() { shout(5 as never); }
export function missing() { (shout as () => string)(); }
export function late() { hostFunction("extism:host/user", "late"); }
export function nested() { output(shout(String(wrap({ toJSON: () => shout("inner") })))); }
export function throwing() { try { nothing("throw"); } catch { output("caught"); } }
`;

const decoder = new TextDecoder();

describe.each(hosts)("host functions on $name", (host) => {
  let plugin: TextPlugin;
  let pings = 0;
  beforeAll(async () => {
    plugin = await open(host, (await build(SOURCE)).wasm, {
      functions: {
        "extism:host/user": {
          numbers: (_, a, b, c, d) => Number(a) + Number(b) / 2 ** 62 + Number(c) + Number(d) / 1e300,
          long: (_, value) => value,
          single: (_, value) => Number(value) * 2,
          word: (_, value) => Number(value) - 1,
          shout: (call, text) => call.store(decoder.decode(call.read(text as bigint)).toUpperCase()),
          wrap: (call, json) =>
            call.store(JSON.stringify({ got: JSON.parse(decoder.decode(call.read(json as bigint))) })),
          nothing: () => 0n,
          ping: () => {
            pings++;
            return undefined;
          },
        },
        "my-namespace": {
          reverse: (call, bytes) => call.store(Uint8Array.from(call.read(bytes as bigint)).reverse()),
        },
      },
    });
  });
  afterAll(() => plugin.close());

  test("numbers of every type arrive and return without loss", async () => {
    expect(JSON.parse(await plugin.text("all"))).toEqual([
      -4.5,
      "-9223372036854775808",
      "9007199254740993",
      3,
      -2,
    ]);
  });

  test("text and JSON travel through memory; a result of 0 is null as JSON", async () => {
    pings = 0;
    expect(JSON.parse(await plugin.text("texts"))).toEqual(["GRÜSS", "X", { got: { a: [1] } }, null, null]);
    expect(pings).toBe(1);
  });

  test("bytes travel through memory, in a namespace of its own", async () => {
    expect([...(await plugin.bytes("bytes", Uint8Array.of(1, 2, 3)))]).toEqual([3, 2, 1]);
  });

  test("a host function may be called while another one's arguments are encoded", async () => {
    expect(await plugin.text("nested")).toBe("[OBJECT OBJECT]");
  });

  test.each([
    ["notBigint", "argument 1 of host function extism:host/user.long must be a bigint, not number"],
    ["tooLong", "argument 1 of host function extism:host/user.long does not fit into 64 bits"],
    ["notInteger", "argument 1 of host function extism:host/user.word is not a 32-bit integer"],
    ["notText", "argument 1 of host function extism:host/user.shout must be a string, not number"],
    ["missing", "host function extism:host/user.shout takes 1 arguments, not 0"],
    ["late", "host function extism:host/user.late must be declared at top level"],
  ])("%s is an error that names the function", async (name, message) => {
    expect(await plugin.failure(name)).toContain(message);
  });
});

test("the compiler emits exactly the declared imports, with their types", async () => {
  const { wasm, imports } = await build(SOURCE);
  expect(imports).toEqual([
    "extism:host/user.numbers",
    "extism:host/user.long",
    "extism:host/user.single",
    "extism:host/user.word",
    "extism:host/user.shout",
    "my-namespace.reverse",
    "extism:host/user.wrap",
    "extism:host/user.nothing",
    "extism:host/user.ping",
  ]);
  const foreign = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)))
    .filter(({ module }) => module !== "extism:host/env" && module !== "wasi_snapshot_preview1")
    .map(({ module, name }) => `${module}.${name}`);
  expect(foreign).toEqual(imports);
});
