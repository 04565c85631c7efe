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
 */
export function listAllowedPaths(
  paths: Readonly<Record<string, string>>,
  resolve: (path: string) => string,
): readonly AllowedPath[] {
  const list = Object.entries(paths).map(([host, guest]) => {
    const readOnly = host.startsWith(READ_ONLY);
    return Object.freeze({ host: resolve(readOnly ? host.slice(READ_ONLY.length) : host), guest, readOnly });
  });
  return Object.freeze(list);
}
