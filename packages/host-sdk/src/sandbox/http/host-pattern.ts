import { PluginError } from "../../errors.ts";

/** One entry of `allowedHosts`. */
export interface HostPattern {
  /** As it was given. */
  readonly text: string;
  /** Whether it has wildcards. */
  readonly isGlob: boolean;
  /** @param host in the form that {@link hostOf} gives */
  matches(host: string): boolean;
}

/** The host of a URL as patterns see it: lower case, ASCII, without a port or the dot of a fully qualified name. */
export function hostOf(url: URL): string {
  return withoutFinalDot(url.hostname);
}

/**
 * Reads a host name (`example.com`), an IP address (`127.0.0.1`, `::1`, `[::1]`), or a glob over them, in which `*`
 * is any run of characters, dots included, and `?` is one. Case does not count, and non-ASCII names are the same as
 * their Punycode.
 * @throws {PluginError} `MANIFEST_INVALID` for what can never match a host, such as a URL
 */
export function parseHostPattern(text: string): HostPattern {
  const isGlob = /[*?]/.test(text);
  const host = isGlob ? canonicalGlob(text) : canonicalHost(text);
  if (host === undefined) throw invalidPattern(text);
  return { text, isGlob, matches: isGlob ? (name) => globMatches(host, name) : (name) => name === host };
}

function canonicalHost(text: string): string | undefined {
  const host = /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(text) ? `[${text}]` : text;
  // What a URL would read as something other than its host, or would drop without a word.
  if (/[\s/\\@#?%]/.test(host) || /:(?![^[]*\])/.test(host)) return undefined;
  const url = `http://${host}/`;
  const canonical = URL.canParse(url) ? hostOf(new URL(url)) : "";
  // URLs may also have hosts such as `{a,b}` and `!a`, which nobody can register.
  return /^(?:[\w.-]+|\[.*\])$/.test(canonical) ? canonical : undefined;
}

function canonicalGlob(text: string): string | undefined {
  const labels = withoutFinalDot(text).split(".").map(canonicalLabel);
  return labels.includes(undefined) ? undefined : labels.join(".");
}

/** A part of a glob between dots. */
function canonicalLabel(label: string): string | undefined {
  if (/^[\w*?-]*$/.test(label)) return label.toLowerCase();
  return /^[\w-]*[^\0-\x7f]/.test(label) && !/[*?]/.test(label) ? canonicalHost(label) : undefined;
}

function withoutFinalDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

/** Takes time in proportion to the product of the lengths at the most: only the last `*` is ever tried again. */
function globMatches(glob: string, text: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0];
  while (from < text.length) {
    if (glob[at] === "*") {
      [star, resume] = [at++, from];
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      [at, from] = [star + 1, ++resume];
    } else {
      return false;
    }
  }
  while (glob[at] === "*") at++;
  return at === glob.length;
}

function invalidPattern(text: string): PluginError {
  const reason = text.startsWith("!")
    ? "there is no negation"
    : /^[a-z][a-z\d+.-]*:\/\//i.test(text)
      ? "it is a URL, and only its host is wanted"
      : /:\d+$/.test(text)
        ? "it has a port, and a host is allowed on all its ports"
        : "it is neither a host name, an IP address, nor a glob of these with * and ?";
  return new PluginError("MANIFEST_INVALID", `allowedHosts has ${JSON.stringify(text)}: ${reason}`);
}
