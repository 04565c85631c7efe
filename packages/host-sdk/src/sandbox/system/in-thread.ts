import { allowedPathPreopens } from "../fs/index.ts";
import { createWasi } from "../wasi/index.ts";
import type { System, SystemSettings } from "./settings.ts";

/**
 * Makes the function that gives each instance on this thread its system.
 * @throws {PluginError} `PATH_DENIED` for a folder that cannot be granted, `UNSUPPORTED` where there are none
 */
export function createSystemFactory({ options, allowedPaths, files, log }: SystemSettings): () => System {
  const preopens = allowedPathPreopens(allowedPaths, files);
  const encoder = new TextEncoder();
  const logLine = (line: string, stream: "stdout" | "stderr") =>
    log.write(stream === "stdout" ? "info" : "error", encoder.encode(line));
  return () => {
    const wasi = createWasi({ options, preopens, log: logLine });
    return { ...wasi, beginCall: ({ system, deadline }) => wasi.beginCall({ ...system, deadline }) };
  };
}
