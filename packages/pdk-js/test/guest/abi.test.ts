import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hosts } from "../support/hosts.ts";
import { build, open, type TextPlugin } from "../support/plugin.ts";

const SOURCE = `
import { allocate, Config, error, input, inputJson, inputMsgpack, inputString, Memory, output, outputJson,
  outputMsgpack, outputString, Var } from "@mortise/pdk-js";

let calls = 0;
export function echo() { output(input()); }
export function echoText() { outputString(inputString()); }
export function upper() { output(inputString().toUpperCase()); }
export function json() { outputJson({ got: inputJson<{ a: number }>().a }); }
export function msgpack() { outputMsgpack({ back: inputMsgpack() }); }
export function view() { output(new DataView(new Uint8Array([1, 2, 3, 4, 5]).buffer, 1, 3)); }
export function buffer() { output(new Uint8Array([7, 8]).buffer); }
export function twice() { output("first"); output("second"); }
export function nothing() {}
export function surrogate() { output("a\\uD800b"); }
export function badOutput() { output(42 as never); }
export function badText() { outputString(new Uint8Array(1) as never); }
export function badJson() { outputJson(undefined); }
export function config() { outputJson([Config.get("name"), Config.get("missing")]); }
export function ownKeys() { outputJson(Config.get("constructor")); }
export function count() { calls++; Var.set("n", String(Number(Var.getString("n") ?? "0") + 1)); output(Var.get("n")!); }
export function forget() { Var.delete("n"); outputJson(Var.get("n")); }
export function state() { output(String(++calls)); }
export function fail() { error("exactly this"); }
export function code() { return 7; }
export function wrongReturn() { return "text"; }
export function blocks() {
  const block = allocate("grüß");
  const found = Memory.find(block.offset);
  const before = [found.length, found.text()];
  block.free();
  outputJson([...before, found.length, allocate(16).length, [...allocate(new Uint8Array([1, 2])).bytes()]]);
}
export function handles() { for (let n = 0; n < 10_000; n++) allocate("block " + n); output("done"); }
export function transfer() { output(new Uint8Array(input().buffer.transfer(4))); }
export function evaluates() { output(String(eval(inputString()))); }
`;

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = index % 251;
  return bytes;
}

describe.each(hosts)("the guest API on $name", { timeout: 30_000 }, (host) => {
  let plugin: TextPlugin;
  beforeAll(async () => {
    plugin = await open(host, (await build(SOURCE)).wasm, { config: { name: "Ada" } });
  });
  afterAll(() => plugin.close());

  test("bytes come back as they went in, whatever their length", async () => {
    for (const length of [0, 1, 7, 8, 9, 15, 63, 4096, 65_537]) {
      expect(Buffer.compare(await plugin.bytes("echo", pattern(length)), pattern(length))).toBe(0);
    }
  });

  test("text beyond ASCII comes back as it went in", async () => {
    const text = "Grüße, 世界! 🦊 \u0000 end";
    expect(await plugin.text("echoText", text)).toBe(text);
  });

  test("malformed UTF-8 is decoded as the Encoding standard has it", async () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xed, 0xa0, 0x80, 0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x98);
    expect(await plugin.text("echoText", bytes)).toBe(new TextDecoder().decode(bytes));
  });

  test("JSON and MessagePack go both ways", async () => {
    expect(await plugin.text("json", '{"a":5}')).toBe('{"got":5}');
    const packed = await plugin.bytes("msgpack", Uint8Array.of(0x93, 1, 2, 0xa1, 0x78));
    expect(Buffer.from(packed).toString("hex")).toMatch(/a46261636b930102a178$/);
  });

  test("a view gives its own range, a buffer gives all", async () => {
    expect([...(await plugin.bytes("view"))]).toEqual([2, 3, 4]);
    expect([...(await plugin.bytes("buffer"))]).toEqual([7, 8]);
  });

  test("the last output counts, and none is empty", async () => {
    expect(await plugin.text("twice")).toBe("second");
    expect(await plugin.text("nothing")).toBe("");
  });

  test("a lone surrogate leaves the plugin as U+FFFD", async () => {
    expect(await plugin.text("surrogate")).toBe("a\uFFFDb");
  });

  test.each([
    [
      "badOutput",
      "TypeError: output()'s argument must be an ArrayBuffer, a typed array or a DataView, not number",
    ],
    ["badText", "TypeError: outputString()'s argument must be a string, not Uint8Array"],
    ["badJson", "TypeError: outputJson() cannot write undefined as JSON"],
    ["wrongReturn", 'TypeError: export "wrongReturn" returned a value of type string'],
  ])("%s is a TypeError that says what was expected", async (name, message) => {
    expect(await plugin.failure(name)).toContain(message);
  });

  test("configuration is read, and a missing key is null", async () => {
    expect(await plugin.text("config")).toBe('["Ada",null]');
  });

  // The peer takes inherited properties for keys, and dies of it.
  test.runIf(host.name === "@mortise/host-sdk")("only own keys of the configuration are found", async () => {
    expect(await plugin.text("ownKeys")).toBe("null");
  });

  test("variables outlive the call, and can be deleted", async () => {
    await plugin.text("forget");
    expect(await plugin.text("count")).toBe("1");
    expect(await plugin.text("count")).toBe("2");
    expect(await plugin.text("forget")).toBe("null");
  });

  test("module state outlives the call", async () => {
    const before = Number(await plugin.text("state"));
    expect(Number(await plugin.text("state"))).toBe(before + 1);
  });

  test("error() gives its text alone, and the plugin goes on", async () => {
    expect(await plugin.failure("fail")).toMatch(/exactly this$/);
    expect(await plugin.text("upper", "on")).toBe("ON");
  });

  test("blocks can be made, found, read and freed", async () => {
    expect(await plugin.text("blocks")).toBe(
      '[5,"grüß",0,16,[1,2]]'.replace("5", String(new TextEncoder().encode("grüß").length)),
    );
  });

  test("10,000 blocks that nobody frees end with the call", async () => {
    expect(await plugin.text("handles")).toBe("done");
    expect(await plugin.text("handles")).toBe("done");
  });

  test("the input's buffer can be transferred and resized", async () => {
    expect([...(await plugin.bytes("transfer", pattern(9)))]).toEqual([0, 1, 2, 3]);
    expect([...(await plugin.bytes("transfer", pattern(2)))]).toEqual([0, 1, 0, 0]);
  });

  test("eval works, inside the sandbox", async () => {
    expect(await plugin.text("evaluates", "6 * 7")).toBe("42");
    expect(await plugin.text("evaluates", "typeof process")).toBe("undefined");
  });

  test("50 MB go through", async () => {
    const large = pattern(50_000_000);
    expect(Buffer.compare(await plugin.bytes("echo", large), large)).toBe(0);
  });
});
