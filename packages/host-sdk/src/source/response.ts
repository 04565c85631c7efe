import { PluginError } from "../errors.ts";
import { collect, discard } from "./collect.ts";
import { withDeadline } from "./deadline.ts";
import type { SourceEnvironment } from "./environment.ts";
import { describeUrl, type Loaded, tooLarge } from "./origin.ts";

/**
 * Reads a response that the calling code fetched. Its content counts as remote even if it has no URL: somebody
 * else may have sent it. The body is locked before this function returns.
 * @throws {TypeError} if somebody else has begun to read the body
 */
export async function loadResponse(response: Response, env: SourceEnvironment): Promise<Loaded> {
  const url = URL.canParse(response.url) ? new URL(response.url) : undefined;
  const label = url === undefined ? "the Response" : describeUrl(url);
  if (response.bodyUsed || response.body?.locked) {
    throw new TypeError(
      `The body of ${label} has already been read; pass an unread Response, or response.clone()`,
    );
  }
  return withDeadline(env, label, async (signal) => {
    const bytes = await readBody(response, label, env, signal);
    return { bytes, origin: { label, remote: true, ...(url === undefined ? {} : { url }) } };
  });
}

/**
 * The body of a response that succeeded.
 * @throws {PluginError} `SOURCE_UNREACHABLE` for any status but 2xx, `MODULE_TOO_LARGE`
 */
export async function readBody(
  response: Response,
  label: string,
  env: SourceEnvironment,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) {
    discard(response.body);
    const status =
      response.status === 0 ? `an ${response.type} response, which cannot be read` : statusOf(response);
    throw new PluginError("SOURCE_UNREACHABLE", `${label} answered with ${status}`);
  }
  if (response.body === null) return new Uint8Array();
  return collect(response.body, {
    maxBytes: env.maxModuleBytes,
    signal,
    tooLarge: () => tooLarge(label, env.maxModuleBytes),
    broken: (problem, cause) => unreachable(`${label} ${problem}`, cause),
  });
}

function unreachable(message: string, cause?: unknown): PluginError {
  return new PluginError("SOURCE_UNREACHABLE", message, cause === undefined ? {} : { cause });
}

function statusOf({ status, statusText }: Response): string {
  return `status ${status}${statusText === "" ? "" : ` ${statusText.slice(0, 64)}`}`;
}
