/** A URL without user name and password, and the header that they stand for (RFC 7617). */
export interface SplitUrl {
  readonly url: URL;
  /** Value of `Authorization`; absent when the URL has no credentials. */
  readonly authorization?: string;
}

/** Takes the credentials out of a URL: fetch refuses URLs that have some. */
export function splitCredentials(url: URL): SplitUrl {
  const { username, password } = url;
  if (username === "" && password === "") return { url };
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return { url: bare, authorization: basicAuthorization(username, password) };
}

function basicAuthorization(username: string, password: string): string {
  const utf8 = new TextEncoder().encode(`${decodeText(username)}:${decodeText(password)}`);
  return `Basic ${btoa(Array.from(utf8, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/** Percent-decoded, unless it is no percent-encoding: a URL may hold a stray `%`. */
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
