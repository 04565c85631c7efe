import { everyday } from "../guests.ts";
import { onEveryday, type Program, text, using } from "./program.ts";

/** What manifests and options do. */
export const SETTINGS: readonly Program[] = [
  onEveryday("reads its configuration", (plugin) => text(plugin, "config", "vowels"), {
    config: { vowels: "aeiou" },
  }),
  onEveryday("finds no missing configuration", (plugin) => plugin.call("config", "vowels")),
  onEveryday("keeps variables between calls", async (plugin) => {
    await plugin.call("remember", "key");
    const kept = await text(plugin, "recall", "key");
    await plugin.call("forget", "key");
    return [kept, await plugin.call("recall", "key")];
  }),
  onEveryday("keeps variables over reset", async (plugin) => {
    await plugin.call("remember", "key");
    await plugin.reset();
    return text(plugin, "recall", "key");
  }),
  {
    ...onEveryday("limits variables", (plugin) => plugin.call("remember", "0123456789"), {
      memory: { maxVarBytes: 5 },
    }),
    ownMessage: true,
  },
  onEveryday("reads maxPages as a limit of blocks", (plugin) => plugin.call("alloc_pages", "4"), {
    memory: { maxPages: 5 },
  }),
  onEveryday("does not hold linear memory to maxPages", (plugin) => text(plugin, "echo", "fits"), {
    memory: { maxPages: 1 },
  }),
  {
    ...onEveryday("refuses blocks beyond maxPages", (plugin) => plugin.call("alloc_pages", "6"), {
      memory: { maxPages: 5 },
    }),
    ownMessage: true,
  },
  onEveryday("tells the guest its log level", (plugin) => text(plugin, "log_level"), { logLevel: "warn" }),
  {
    name: "logs from its level on",
    async run(sdk, runInWorker) {
      const lines: string[] = [];
      const logger = {
        ...console,
        info: (line: string) => lines.push(`info ${line}`),
        error: (line: string) => lines.push(`error ${line}`),
      };
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, logLevel: "error", runInWorker },
        (plugin) => plugin.call("log", "line"),
      );
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, logLevel: "info", runInWorker },
        (plugin) => plugin.call("log", "again"),
      );
      await using(
        sdk,
        { wasm: [{ data: everyday }] },
        { logger: logger as unknown as Console, runInWorker },
        (plugin) => plugin.call("log", "silent"),
      );
      return lines;
    },
  },
  onEveryday("lists exports and imports", async (plugin) => [
    await plugin.getExports(),
    await plugin.getImports(),
  ]),
  onEveryday("tells which functions exist", async (plugin) => [
    await plugin.functionExists("echo"),
    await plugin.functionExists("memory"),
    await plugin.functionExists("nowhere"),
    plugin.isActive(),
  ]),
  {
    ...onEveryday(
      "gives its instance",
      async (plugin) => Object.keys((await plugin.getInstance()).exports).length,
    ),
    ownMessage: true,
  },
];
