import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildPlugin } from "@mortise/pdk-js/compiler";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { hosts, type OpenOptions, type RawFunction } from "../support/hosts.ts";
import { open, type TextPlugin } from "../support/plugin.ts";

const decoder = new TextDecoder();
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = index % 251;
  return bytes;
}
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const functions: Record<string, RawFunction> = {
  shout: (host, text) => host.store(decoder.decode(host.read(text as bigint)).toUpperCase()),
  reverse: (host, bytes) => host.store(Uint8Array.from(host.read(bytes as bigint)).reverse()),
  lookup: (host, query) => {
    const { key } = JSON.parse(decoder.decode(host.read(query as bigint))) as { key: string };
    return key === "none" ? 0n : host.store(JSON.stringify({ found: key }));
  },
  add: (_, left, right) => (left as bigint) + (right as bigint),
};

/** The cases that the AssemblyScript guests pass, on the same hosts. */
describe.each(hosts)("the conformance cases in TypeScript on $name", { timeout: 30_000 }, (host) => {
  let wasm: Uint8Array;
  let plugin: TextPlugin;
  beforeAll(async () => {
    ({ wasm } = await buildPlugin({ entry: at("guest.ts") }));
  });
  afterEach(() => plugin.close());

  async function start(options: OpenOptions = {}): Promise<void> {
    plugin = await open(host, wasm, { functions: { "extism:host/user": functions }, ...options });
  }

  test("echo gives back every byte", async () => {
    await start();
    for (const length of [0, 1, 7, 8, 9, 63, 65_536, 200_003]) {
      expect(Buffer.compare(await plugin.bytes("echo", pattern(length)), pattern(length))).toBe(0);
    }
  });

  test("greet takes and gives text beyond ASCII", async () => {
    await start();
    expect(await plugin.text("greet", "Zoë 🎉")).toBe("Grüß dich, Zoë 🎉! 👋");
    expect(await plugin.text("greet")).toBe("Grüß dich, ! 👋");
  });

  test("config is found, and a missing key is told", async () => {
    await start({ config: { größe: "fünf" } });
    expect(await plugin.text("config", "größe")).toBe("[fünf]");
    expect(await plugin.text("config", "missing")).toBe("missing");
  });

  test("vars outlive the call until they are deleted, or set to nothing", async () => {
    await start();
    expect(await plugin.text("get_var")).toBe("missing");
    await plugin.bytes("set_var", pattern(300));
    expect(Uint8Array.from(await plugin.bytes("get_var"))).toEqual(pattern(300));
    await plugin.bytes("delete_var");
    expect(await plugin.text("get_var")).toBe("missing");
    await plugin.bytes("set_var", "value");
    expect(await plugin.text("var_length", "schlüssel")).toBe("5");
    await plugin.bytes("set_var", "");
    expect(await plugin.text("var_length", "schlüssel")).toBe("missing");
  });

  test("logs on every level", async () => {
    const lines: string[] = [];
    await start({ log: (level, text) => lines.push(`${level}: ${text}`) });
    lines.length = 0;
    await plugin.bytes("logs", "ä");
    const expected = ["debug", "info", "warn", "error"].map((level) => `${level}: ${level} ä`);
    expect(lines.filter((line) => line.endsWith(" ä"))).toEqual(expected);
  });

  test("an ordinary failure gives its text, and keeps the plugin's state", async () => {
    await start();
    expect(await plugin.failure("fail", "nö")).toContain("nö");
    expect(await plugin.failure("throw_error", "bööm")).toContain("Error: bööm");
    expect(await plugin.text("failures")).toBe("1");
    expect(await plugin.text("recover")).toBe("recovered");
  });

  test("host functions take and give text, bytes, JSON and numbers", async () => {
    await start();
    expect(await plugin.text("call_text", "grüße")).toBe("GRÜSSE");
    expect(Uint8Array.from(await plugin.bytes("call_bytes", pattern(100)))).toEqual(pattern(100).reverse());
    expect(await plugin.text("call_json", '"ä"')).toBe('{"found":"ä"}');
    expect(await plugin.text("call_json", '"none"')).toBe("null");
    expect(await plugin.text("call_numbers")).toBe("42");
  });

  test("big inputs, outputs and views arrive whole", async () => {
    await start();
    expect(Buffer.compare(await plugin.bytes("big", "1000003"), pattern(1_000_003))).toBe(0);
    expect(await plugin.text("sum", new Uint8Array(100_001).fill(3))).toBe("300003");
    expect(await plugin.text("middle", "<middle>")).toBe("middle");
  });

  test("MessagePack survives the way there and back", async () => {
    await start();
    const packed = Buffer.from("93a2c3a4cb3ff8000000000000c3", "hex");
    expect(Buffer.from(await plugin.bytes("msgpack", packed)).toString("hex")).toBe(packed.toString("hex"));
  });
});

describe("the quickstart's plugin in TypeScript", () => {
  test.each(hosts)("answers on $name as the AssemblyScript one does, byte for byte", async (host) => {
    const typescript = await buildPlugin({
      entry: at("../../../../examples/typescript-plugin/plugin/count-vowels.ts"),
    });
    const assemblyscript = await readFile(at("../../../../examples/quickstart/build/count_vowels.wasm"));
    for (const config of [{}, { vowels: 'aeiouö"\\\u0001' }]) {
      const plugins = [
        await open(host, typescript.wasm, { config }),
        await open(host, new Uint8Array(assemblyscript), { config }),
      ];
      for (const text of ["", "Hellö wörld", "aeiou".repeat(999), '"\\\u0001', "🎉"]) {
        const [ours, theirs] = await Promise.all(plugins.map((plugin) => plugin.bytes("count_vowels", text)));
        expect(Buffer.from(ours!).toString()).toBe(Buffer.from(theirs!).toString());
      }
      for (const plugin of plugins) await plugin.close();
    }
  });
});
