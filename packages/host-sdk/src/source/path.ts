import { PluginError } from "../errors.ts";
import { checkAborted } from "./deadline.ts";
import type { SourceEnvironment } from "./environment.ts";
import { describeUrl, type Loaded } from "./origin.ts";

/**
 * Reads a file.
 * @param folder what a relative path resolves against; default: the working directory
 * @throws {PluginError} `SOURCE_UNREACHABLE`, `MODULE_TOO_LARGE`; `UNSUPPORTED` where there are no files
 */
export async function loadPath(path: string, env: SourceEnvironment, folder?: string): Promise<Loaded> {
  const { readFile, resolvePath, folderOf } = env.runtime;
  if (readFile === undefined || resolvePath === undefined || folderOf === undefined) {
    throw noFiles(JSON.stringify(path), env);
  }
  const resolved = resolvePath(path, folder);
  checkAborted(env.signal, resolved);
  const bytes = await readFile(resolved, env.maxModuleBytes);
  checkAborted(env.signal, resolved);
  return { bytes, origin: { label: resolved, remote: false, folder: folderOf(resolved) } };
}

/** The path that a `file:` URL names. */
export function pathOf(url: URL, env: SourceEnvironment): string {
  const { pathOfUrl } = env.runtime;
  if (pathOfUrl === undefined) throw noFiles(describeUrl(url), env);
  return pathOfUrl(url);
}

function noFiles(what: string, env: SourceEnvironment): PluginError {
  const hint = 'name an http(s) URL, such as new URL("plugin.wasm", import.meta.url)';
  return new PluginError(
    "UNSUPPORTED",
    `${what} is a file, and there are none in this runtime (${env.runtime.name}); ${hint}`,
  );
}
