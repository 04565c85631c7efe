import { denied, labelOf } from "./errors.ts";
import { parseUrl } from "./hop.ts";
import type { HttpClient } from "./http-client.ts";

/** The client of a plugin that was granted no host. */
export const NO_HTTP: HttpClient = Object.freeze<HttpClient>({
  waits: false,
  check: refuse,
  request: ({ url }) => refuse(url),
});

function refuse(url: string): never {
  throw denied(`${labelOf(parseUrl(url))} is not covered by allowedHosts: no hosts are allowed`);
}
