import type { PluginError } from "../errors.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { invalid } from "../manifest/fields.ts";
import type { ParsedManifest } from "../manifest/parse.ts";
import type { SourceEnvironment } from "./environment.ts";
import type { Origin } from "./origin.ts";

const HINT = "set trustRemoteManifest if you trust whoever wrote it, or give this in your own code";

/** Whether a manifest is somebody else's and the calling code has not vouched for it. */
export function isUntrusted(origin: Origin, env: SourceEnvironment): boolean {
  return origin.remote && !env.trustRemoteManifest;
}

/**
 * Refuses what a manifest that came over http(s) may not decide: hosts, paths and limits above the defaults. An
 * error, and not a silent drop: a plugin without its grants fails later, and less clearly.
 */
export function checkGrants(manifest: ParsedManifest, origin: Origin, env: SourceEnvironment): void {
  if (!isUntrusted(origin, env)) return;
  if (manifest.allowedHosts.length > 0) throw refused(origin, "allowed_hosts", "grants network access");
  if (Object.keys(manifest.allowedPaths).length > 0)
    throw refused(origin, "allowed_paths", "grants file access");
  const { maxPages, maxVarBytes, maxHttpResponseBytes } = manifest.memory;
  if (exceeds(maxPages, DEFAULT_LIMITS.maxPages)) throw raised(origin, "max_pages");
  if (exceeds(maxVarBytes, DEFAULT_LIMITS.maxVarBytes)) throw raised(origin, "max_var_bytes");
  if (exceeds(maxHttpResponseBytes, DEFAULT_LIMITS.maxHttpResponseBytes))
    throw raised(origin, "max_http_response_bytes");
}

/** The error for something in a remote manifest that needs trust. */
export function refused(origin: Origin, path: string, problem: string): PluginError {
  return invalid(
    { manifest: origin.label, path },
    `${problem}, but the manifest came over the network; ${HINT}`,
  );
}

function exceeds(value: number | undefined, most: number): boolean {
  return value !== undefined && value > most;
}

function raised(origin: Origin, key: string): PluginError {
  return refused(origin, `memory.${key}`, "raises a limit above its default");
}
