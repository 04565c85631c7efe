import { PluginError } from "../errors.ts";
import type { SourceEnvironment } from "./environment.ts";

/** Where bytes came from. */
export interface Origin {
  /** What messages call it: a path, a URL without its secrets, or how it was given. */
  readonly label: string;
  /** Whether it came over http(s), and so from somebody else. */
  readonly remote: boolean;
  /** What relative URLs in it resolve against; absent: the working directory, or the page. */
  readonly url?: URL;
  /** The folder of the file that it came from. */
  readonly folder?: string;
}

/** Bytes and where they came from. */
export interface Loaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: Origin;
}

/** A module or manifest that the calling code handed over itself. */
export function givenInCode(label: string): Origin {
  return { label, remote: false };
}

/** A URL fit for a message: without credentials, query and fragment, which often carry secrets. */
export function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

/** `MODULE_TOO_LARGE` for what is called `label`. */
export function tooLarge(label: string, maxBytes: number): PluginError {
  return new PluginError(
    "MODULE_TOO_LARGE",
    `${label} is larger than the limit of ${maxBytes} bytes (maxModuleBytes)`,
  );
}

/** Refuses bytes over the limit. */
export function checkSize(
  bytes: { readonly byteLength: number },
  label: string,
  env: SourceEnvironment,
): void {
  if (bytes.byteLength > env.maxModuleBytes) throw tooLarge(label, env.maxModuleBytes);
}

/** What went wrong, in a few words; fetch hides the reason of a failed connection in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: unknown = error.cause;
  if (!(inner instanceof Error)) return error.message;
  return `${error.message}: ${inner.message || ("code" in inner ? String(inner.code) : inner.name)}`;
}
