import { type HostPattern, hostOf, parseHostPattern } from "./host-pattern.ts";

/** How a host came to be allowed: by its own name, or through a wildcard that covers it. */
export type Grant = "exact" | "wildcard";

/** Most patterns that a message lists. */
const LISTED = 8;

/** The hosts that a plugin may send requests to, on every port. */
export class AllowedHosts {
  readonly #patterns: readonly HostPattern[];

  /**
   * @throws {PluginError} `MANIFEST_INVALID` for a pattern that can never match a host
   * @throws {TypeError} for what is not an array of strings
   */
  constructor(patterns: readonly string[]) {
    if (!Array.isArray(patterns) || patterns.some((pattern) => typeof pattern !== "string")) {
      throw new TypeError("allowedHosts is not an array of host names");
    }
    this.#patterns = patterns.map(parseHostPattern);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** How a URL's host is allowed; `undefined` when it is not. Its own name counts before any wildcard. */
  grantFor(url: URL): Grant | undefined {
    const host = hostOf(url);
    const matching = this.#patterns.filter((pattern) => pattern.matches(host));
    if (matching.length === 0) return undefined;
    return matching.some((pattern) => !pattern.isGlob) ? "exact" : "wildcard";
  }

  /** The patterns, for a message. */
  toString(): string {
    const listed = this.#patterns.slice(0, LISTED).map((pattern) => pattern.text);
    const more = this.#patterns.length - listed.length;
    return listed.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }
}
