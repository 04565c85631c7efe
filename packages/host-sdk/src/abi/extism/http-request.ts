import { PluginError } from "../../errors.ts";
import { isPlainObject } from "../../manifest/kinds.ts";
import type { HttpRequest } from "../../sandbox/http/index.ts";
import { bytesArgument, textArgument } from "./arguments.ts";
import { type Boundary, messageOf } from "./boundary.ts";

/** Largest description of a request, in bytes: what no server would take as URL and headers. */
const MAX_DESCRIPTION_BYTES = 1024 * 1024;

/**
 * The request that a guest describes as JSON, `{ url, method, headers }`, with its body in a block of its own. Keys
 * that are missing or `null` have their defaults; published PDKs write both. `header` is an old name of `headers`.
 * The body is copied: while the guest waits, its blocks may change.
 * @throws {PluginError} `HTTP_FAILED` for what is no such description
 */
export function readHttpRequest(boundary: Boundary, description: bigint, body: bigint): HttpRequest {
  const { url, method, headers, header } = parseDescription(boundary, description);
  if (typeof url !== "string") throw malformed("has no url");
  if (method !== undefined && method !== null && typeof method !== "string")
    throw malformed("has a method that is not text");
  return {
    url,
    method: method ?? undefined,
    headers: readHeaders(headers ?? header ?? {}),
    body: bytesArgument(boundary, "the body of http_request", body)?.slice(),
  };
}

function parseDescription(boundary: Boundary, handle: bigint): Record<string, unknown> {
  if (boundary.kernel.lengthOf(handle) > MAX_DESCRIPTION_BYTES)
    throw malformed(`is larger than ${MAX_DESCRIPTION_BYTES} bytes`);
  const text = textArgument(boundary, "the request of http_request", handle);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw malformed(`is not JSON: ${messageOf(cause)}`, cause);
  }
  if (!isPlainObject(parsed)) throw malformed("is not a JSON object");
  return parsed;
}

function readHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isPlainObject(headers)) throw malformed("has headers that are not an object");
  const bad = Object.keys(headers).find((name) => typeof headers[name] !== "string");
  if (bad !== undefined) throw malformed(`has a header ${JSON.stringify(bad)} whose value is not text`);
  return headers as Record<string, string>;
}

function malformed(problem: string, cause?: unknown): PluginError {
  return new PluginError("HTTP_FAILED", `the request ${problem}`, cause === undefined ? {} : { cause });
}
