import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** What a figure depends on: the machine, and the version of everything that ran. */
export function describeMachine() {
  const [cpu] = os.cpus();
  return {
    machine: {
      cpu: cpu?.model ?? "unknown",
      cores: os.cpus().length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      loadAtEnd: os.loadavg()[0],
    },
    versions: {
      ...pick(process.versions, ["node", "bun", "deno", "v8"]),
      "@mortise/host-sdk": versionOf("@mortise/host-sdk"),
      "@extism/extism": versionOf("@extism/extism"),
      "extism-1": versionOf("extism-1"),
    },
  };
}

function pick(values, names) {
  return Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]));
}

/** The version of an installed package; asked of its package.json, which not every package exports. */
function versionOf(name) {
  const folders = require.resolve.paths(name) ?? [];
  const file = folders.map((folder) => join(folder, name, "package.json")).find(existsSync);
  return file ? JSON.parse(readFileSync(file, "utf8")).version : "not installed";
}
