import { PluginError } from "../errors.ts";

/** One entry of `allowedPaths`, taken apart. */
export interface AllowedPath {
  /** Path on the host. */
  readonly host: string;
  /** Where the guest sees it. */
  readonly guest: string;
  /** Whether the host path had the prefix `ro:`. */
  readonly readOnly: boolean;
}

const READ_ONLY = "ro:";

/**
 * Takes the entries of `allowedPaths` apart. A list, because two spellings of one host path may be granted at
 * two guest paths.
 * @param resolve makes a host path absolute
 * @throws {PluginError} `PATH_DENIED` for an empty path, which would otherwise be taken for the working directory
 */
export function listAllowedPaths(
  paths: Readonly<Record<string, string>>,
  resolve: (path: string) => string,
): readonly AllowedPath[] {
  const list = Object.entries(paths).map(([key, guest]) => {
    const readOnly = key.startsWith(READ_ONLY);
    const host = readOnly ? key.slice(READ_ONLY.length) : key;
    if (host === "" || guest === "") {
      throw new PluginError(
        "PATH_DENIED",
        `allowedPaths: an empty path in ${JSON.stringify({ [key]: guest })}`,
      );
    }
    return Object.freeze({ host: resolve(host), guest, readOnly });
  });
  return Object.freeze(list);
}
