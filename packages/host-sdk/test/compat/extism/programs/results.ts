import { onEveryday, type Program, text } from "./program.ts";

/** What calls return. */
export const RESULTS: readonly Program[] = [
  onEveryday("returns text", (plugin) => text(plugin, "echo", "Grüße")),
  onEveryday("returns bytes", async (plugin) => [
    ...((await plugin.call("echo", new Uint8Array([0, 255, 7])))?.bytes() ?? []),
  ]),
  onEveryday("returns the range of a view", (plugin) =>
    text(plugin, "echo", Buffer.from("abcdef").subarray(2, 4)),
  ),
  onEveryday("parses JSON", async (plugin) => (await plugin.call("echo", '{"a":[1,null]}'))?.json()),
  onEveryday("drops a byte order mark", (plugin) => text(plugin, "echo", "\uFEFFtext")),
  onEveryday("returns null without output", (plugin) => plugin.call("nothing", "input")),
  onEveryday("tells an empty output from none", async (plugin) => (await plugin.call("empty"))?.byteLength),
  onEveryday(
    "returns an empty input as it came",
    async (plugin) => (await plugin.call("echo", ""))?.byteLength,
  ),
  onEveryday("takes a number as no input", (plugin) => text(plugin, "input_length", 5)),
  onEveryday("takes undefined as no input", (plugin) => text(plugin, "input_length")),
  onEveryday("ignores a return code beside an output", (plugin) => text(plugin, "echo_with_code", "kept")),
  onEveryday("ignores a return code without output", (plugin) => plugin.call("code")),
  onEveryday("keeps guest globals from call to call", async (plugin) => [
    await text(plugin, "count"),
    await text(plugin, "count"),
  ]),
  onEveryday("keeps guest globals over reset", async (plugin) => {
    const first = await text(plugin, "count");
    return [first, await plugin.reset(), await text(plugin, "count")];
  }),
  onEveryday("reads the output as a DataView", async (plugin) => {
    const output = await plugin.call("echo", new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    return [
      output?.getUint16(0),
      output?.getInt32(1, true),
      output?.getBigUint64(0),
      output?.byteLength,
      output?.arrayBuffer().byteLength,
    ];
  }),
  onEveryday("returns the same bytes at every call", async (plugin) => {
    const output = await plugin.call("echo", "x");
    const [bytes, again] = [output?.bytes(), output?.bytes()];
    return bytes === again && output?.arrayBuffer() === output?.buffer;
  }),
  onEveryday("cannot write to an output", async (plugin) => (await plugin.call("echo", "x"))?.setUint8(0, 1)),
  onEveryday("cannot write a float to an output", async (plugin) =>
    (await plugin.call("echo", "12345678"))?.setFloat64(0, 1),
  ),
  onEveryday("calls a function of any type", async (plugin) => [
    await text(plugin, "with_parameters"),
    await plugin.call("with_results"),
  ]),
];
