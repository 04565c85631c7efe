import { createHash } from "node:crypto";
import { command, everyday, letters, outer } from "../guests.ts";
import { type Program, text, using } from "./program.ts";

/** What plugins are made from. */
export const SOURCES: readonly Program[] = [
  {
    name: "is made from bytes",
    run: (sdk, runInWorker) =>
      using(sdk, everyday.slice().buffer, { runInWorker }, (plugin) => text(plugin, "echo", "bytes")),
  },
  {
    name: "is made from a module",
    run: async (sdk, runInWorker) =>
      using(sdk, await WebAssembly.compile(everyday), { runInWorker }, (plugin) =>
        text(plugin, "echo", "module"),
      ),
  },
  {
    name: "is made from a response",
    run: (sdk, runInWorker) =>
      using(
        sdk,
        new Response(everyday, { headers: { "content-type": "application/wasm" } }),
        { runInWorker },
        (plugin) => text(plugin, "echo", "response"),
      ),
  },
  {
    name: "is made from a promise",
    run: (sdk, runInWorker) =>
      using(sdk, Promise.resolve({ wasm: [{ data: everyday }] }), { runInWorker }, (plugin) =>
        text(plugin, "echo", "promise"),
      ),
  },
  {
    name: "links modules by name",
    run: (sdk, runInWorker) =>
      using(sdk, { wasm: [{ name: "letters", data: letters }, { data: outer }] }, { runInWorker }, (plugin) =>
        text(plugin, "shout", "loud"),
      ),
  },
  {
    name: "checks a hash",
    run: (sdk, runInWorker) => {
      const hash = createHash("sha256").update(everyday).digest("hex");
      return using(sdk, { wasm: [{ data: everyday, hash }] }, { runInWorker }, (plugin) =>
        text(plugin, "echo", "hash"),
      );
    },
  },
  {
    name: "refuses a wrong hash",
    ownMessage: true,
    run: (sdk, runInWorker) =>
      using(sdk, { wasm: [{ data: everyday, hash: "0".repeat(64) }] }, { runInWorker }, (plugin) =>
        text(plugin, "echo"),
      ),
  },
  {
    name: "runs a command when it starts",
    run: (sdk, runInWorker) =>
      using(sdk, { wasm: [{ data: command }] }, { runInWorker }, async (plugin) => [
        await text(plugin, "state"),
        await text(plugin, "state"),
      ]),
  },
];
