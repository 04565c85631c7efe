import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PluginError } from "../errors.ts";
import type { AddressCheck, Send } from "../sandbox/http/index.ts";
import { nodeFiles } from "./node-files.ts";
import { createAsyncReentryScope } from "./node-reentry.ts";
import { createWatchdog } from "./node-watchdog.ts";
import { nodeWorkers } from "./node-workers.ts";
import type { Runtime } from "./runtime.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  ERR_INVALID_ARG_VALUE: "no file can have that name",
};

/** Node. */
export const node: Runtime = Object.freeze({
  name: "node",
  readFile,
  resolvePath: (path: string, folder?: string) => resolve(folder ?? "", path),
  folderOf: dirname,
  pathOfUrl,
  parallelism: availableParallelism,
  workers: nodeWorkers,
  createWatchdog: "bun" in process.versions ? undefined : createWatchdog,
  createReentryScope: createAsyncReentryScope,
  files: nodeFiles,
  createGuardedSend,
  baseUrl: (folder?: string) => pathToFileURL(resolve(folder ?? "") + sep),
});

/** Loads the HTTP modules of Node with the first request: most plugins make none. */
function createGuardedSend(accepts: AddressCheck): Send {
  let loading: Promise<Send> | undefined;
  return async (url, request) => {
    loading ??= import("./node-http.ts").then((module) => module.createGuardedSend(accepts));
    return (await loading)(url, request);
  };
}

async function readFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer, for ever perhaps (Windows has no such flag).
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readRegularFile(file, path, maxBytes);
  } catch (cause) {
    if (cause instanceof PluginError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw unreadable(path, REASONS[code] ?? (code || String(cause)), cause);
  } finally {
    await file?.close();
  }
}

async function readRegularFile(
  file: FileHandle,
  path: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stat = await file.stat();
  if (!stat.isFile())
    throw unreadable(path, stat.isDirectory() ? "it is a directory" : "it is not a regular file");
  if (stat.size > maxBytes) {
    const message = `${path} has ${stat.size} bytes, which is more than the limit of ${maxBytes} (maxModuleBytes)`;
    throw new PluginError("MODULE_TOO_LARGE", message);
  }
  // One byte more than expected shows a file that grows.
  const buffer = new Uint8Array(stat.size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length !== stat.size) throw unreadable(path, "it changed while it was read");
  return buffer.subarray(0, length);
}

function pathOfUrl(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw unreadable(`file://${url.host}${url.pathname}`, "it names no path on this machine", cause);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): PluginError {
  const details = cause === undefined ? {} : { cause };
  return new PluginError("SOURCE_UNREACHABLE", `${path} cannot be read: ${reason}`, details);
}
