import { PluginError } from "../../errors.ts";
import type { AllowedPath } from "../../manifest/allowed-paths.ts";
import type { HostFiles } from "../fs/host-files.ts";
import { hostDirectory, type Preopen } from "../fs/index.ts";
import { createWasi } from "../wasi/index.ts";
import type { System, SystemSettings } from "./settings.ts";

/**
 * Makes the function that gives each instance on this thread its system.
 * @throws {PluginError} `PATH_DENIED` for a folder that cannot be granted, `UNSUPPORTED` where there are none
 */
export function createSystemFactory({ options, allowedPaths, files, log }: SystemSettings): () => System {
  const preopens = openable(allowedPaths, files);
  const encoder = new TextEncoder();
  const logLine = (line: string, stream: "stdout" | "stderr") =>
    log.write(stream === "stdout" ? "info" : "error", encoder.encode(line));
  return () => {
    const wasi = createWasi({ options, preopens, log: logLine });
    return { ...wasi, beginCall: ({ system, deadline }) => wasi.beginCall({ ...system, deadline }) };
  };
}

/** The allowed folders as a guest will find them, each tried once. */
export function openable(allowedPaths: readonly AllowedPath[], files: HostFiles | undefined): Preopen[] {
  return allowedPaths.map(({ host, guest, readOnly }) => {
    if (!files) {
      throw new PluginError(
        "UNSUPPORTED",
        `allowedPaths: this platform has no folders that can be confined (${host})`,
      );
    }
    const fileSystem = hostDirectory(files, host);
    fileSystem.open().close();
    return { guestPath: guest, fileSystem, readOnly };
  });
}
