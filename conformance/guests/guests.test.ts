import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { extism } from "../hosts/extism.ts";
import {
  type Host,
  type HostFunction,
  isFailure,
  type OpenPlugin,
  type PluginSettings,
} from "../hosts/host.ts";
import { mortise } from "../hosts/mortise.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
const pattern = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

beforeAll(() => {
  execFileSync(process.execPath, [fileURLToPath(new URL("build.mjs", import.meta.url))]);
}, 120_000);

const userFunctions: Record<string, HostFunction> = {
  shout: (host, text) => host.store(decoder.decode(host.read(text as bigint)).toUpperCase()),
  reverse: (host, bytes) => host.store(Uint8Array.from(host.read(bytes as bigint)).reverse()),
  lookup: (host, query) => {
    const { key } = JSON.parse(decoder.decode(host.read(query as bigint)));
    return key === "none" ? 0n : host.store(JSON.stringify({ found: key }));
  },
  add: (_, left, right) => (left as bigint) + (right as bigint),
};

/** Our PDK's guests must pass on every host; so must stock guests on ours. */
describe.each([mortise, extism])("AssemblyScript guests on $name", (host) => {
  let plugin: OpenPlugin;
  afterEach(() => plugin.close());

  async function open(guest: string, settings: PluginSettings = {}): Promise<void> {
    plugin = await load(host, guest, settings);
  }

  async function bytes(name: string, input?: Uint8Array | string): Promise<Uint8Array> {
    const outcome = await plugin.call(name, input);
    if ("failure" in outcome) throw new Error(`${name}: ${outcome.failure.message}`);
    return Uint8Array.from(outcome.output);
  }

  async function text(name: string, input?: Uint8Array | string): Promise<string> {
    return decoder.decode(await bytes(name, input));
  }

  async function failure(name: string, input?: string): Promise<string> {
    const outcome = await plugin.call(name, input);
    return "failure" in outcome ? outcome.failure.message : "";
  }

  test.each(["echo", "stock-echo"])("%s gives back every byte", async (guest) => {
    await open(guest);
    for (const length of [0, 1, 7, 8, 9, 63, 65_536, 200_003]) {
      expect(await bytes("echo", pattern(length))).toEqual(pattern(length));
    }
  });

  test("greet takes and gives text beyond ASCII", async () => {
    await open("greet");
    expect(await text("greet", "Zoë 🎉")).toBe("Grüß dich, Zoë 🎉! 👋");
    expect(await text("greet")).toBe("Grüß dich, ! 👋");
  });

  test("stock-greet takes and gives text beyond ASCII by its byte functions", async () => {
    await open("stock-greet");
    expect(await text("greet", "Zoë 🎉")).toBe("Hello, Zoë 🎉!");
  });

  test.each(["count_vowels", "stock-count_vowels"])(
    "%s reads config and keeps its total in a var",
    async (guest) => {
      await open(guest, { config: { vowels: "aeiouö" } });
      expect(JSON.parse(await text("count_vowels", "Hellö wörld"))).toEqual({
        count: 3,
        total: 3,
        vowels: "aeiouö",
      });
      expect(JSON.parse(await text("count_vowels", "aaa"))).toEqual({ count: 3, total: 6, vowels: "aeiouö" });
    },
  );

  test("config tells a missing key from an empty value", async () => {
    await open("config", { config: { größe: "fünf", empty: "" } });
    expect(await text("config", "größe")).toBe("[fünf]");
    expect(await text("config", "empty")).toBe("[]");
    expect(await text("config", "missing")).toBe("missing");
  });

  test("vars outlive the call until they are deleted", async () => {
    await open("vars");
    expect(await text("get_var")).toBe("missing");
    await bytes("set_var", pattern(300));
    expect(await bytes("get_var")).toEqual(pattern(300));
    await bytes("delete_var");
    expect(await text("get_var")).toBe("missing");
  });

  test("setting a var to nothing deletes it", async () => {
    await open("vars");
    await bytes("set_var", "value");
    expect(await text("var_length", "schlüssel")).toBe("5");
    await bytes("set_var", "");
    expect(await text("var_length", "schlüssel")).toBe("missing");
  });

  test.each([
    ["trace", ["trace ä", "debug ä", "info ä", "warn ä", "error ä"]],
    ["warn", ["warn ä", "error ä"]],
    ["off", []],
  ] as const)("logs at level %s", async (logLevel, expected) => {
    await open("logs", { logLevel });
    plugin.takeLog();
    await bytes("logs", "ä");
    expect(plugin.takeLog()).toEqual(expected.map((line) => [line.split(" ")[0], line]));
  });

  test("an ordinary failure gives its text, and keeps the plugin's state", async () => {
    await open("fail");
    expect(await failure("fail_with_code", "nö")).toContain("nö");
    expect(await failure("fail_with_text", "nein")).toContain("nein");
    expect(await text("failures")).toBe("2");
  });

  test("a trap fails the call, and the next call works", async () => {
    await open("trap");
    expect(await failure("throw_error", "bööm")).not.toBe("");
    expect(await failure("fail_assert")).not.toBe("");
    expect(await failure("trap")).toContain("unreachable");
    expect(await text("recover")).toBe("recovered");
  });

  test("host functions take and give text, bytes, JSON and numbers", async () => {
    await open("host_call", { functions: { "extism:host/user": userFunctions } });
    expect(await text("call_text", "grüße")).toBe("GRÜSSE");
    expect(await bytes("call_bytes", pattern(100))).toEqual(pattern(100).reverse());
    expect(await text("call_json", '"ä"')).toBe('{"found":"ä"}');
    expect(await text("call_json", '"none"')).toBe("null");
    expect(await text("call_numbers")).toBe("42");
  });

  test("big inputs, outputs and views arrive whole", async () => {
    await open("big");
    expect(await bytes("big", "1000003")).toEqual(pattern(1_000_003));
    expect(await text("sum", new Uint8Array(100_001).fill(3))).toBe("300003");
    expect(await text("middle", "<middle>")).toBe("middle");
  });

  test("MessagePack survives the way there and back", async () => {
    await open("msgpack");
    // {"ä": [-1, 2^64 - 1, -2^63, 1.5, bin 00 ff, nil, true]}
    const packed = Uint8Array.from(
      Buffer.from("81a2c3a497ffcfffffffffffffffffd38000000000000000cb3ff8000000000000c40200ffc0c3", "hex"),
    );
    expect(await bytes("msgpack", packed)).toEqual(packed);
  });
});

describe("what a host reports of a plugin's abort", () => {
  test("is message, file and line on ours", async () => {
    const plugin = await load(mortise, "trap", {});
    const outcome = await plugin.call("throw_error", "bööm");
    expect(outcome).toMatchObject({
      failure: { code: "PLUGIN_FAILED", message: "bööm (guests/assemblyscript/trap.ts:5:3)" },
    });
  });

  test("is the bare trap on the peer, which drops the error text of a call that traps", async () => {
    const plugin = await load(extism, "trap", {});
    expect(await plugin.call("throw_error", "bööm")).toEqual({ failure: { message: "unreachable" } });
  });
});

async function load(host: Host, guest: string, settings: PluginSettings): Promise<OpenPlugin> {
  const wasm = Uint8Array.from(readFileSync(new URL(`../build/guests/${guest}.wasm`, import.meta.url)));
  const opened = await host.open([{ wasm }], settings);
  if (isFailure(opened)) throw new Error(opened.message);
  return opened;
}
