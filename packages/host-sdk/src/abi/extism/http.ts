import { isThenable } from "../../functions.ts";
import type { HttpResponse } from "../../sandbox/http/index.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Boundary } from "./boundary.ts";
import type { ImportFunction } from "./guard.ts";
import { readHttpRequest } from "./http-request.ts";

const REQUEST = "http_request";

/** Whether an import of the ABI returns a promise, for which a guest has to be suspended. */
export function isAsyncImport(name: string, { http }: Sandbox): boolean {
  return name === REQUEST && http.waits;
}

/**
 * `http_request` and what goes with it, ready to be imported; where {@link isAsyncImport} says so, `http_request`
 * returns a promise, and must be made suspending.
 */
export function httpImports(boundary: Boundary): Record<string, ImportFunction> {
  const { sandbox } = boundary;
  let last: Pick<HttpResponse, "status" | "headers"> | undefined;

  const finish = (request: bigint, body: bigint, { body: bytes, ...head }: HttpResponse): bigint => {
    const { kernel } = boundary; // as it is now: a guest that waited may have lost it
    const handle = BigInt(kernel.store(bytes));
    // After the result was made: PDKs free their request once more after this, and must not free the result by it.
    kernel.consume(request);
    kernel.consume(body);
    last = head;
    return handle;
  };

  const request = (description: bigint, body: bigint): unknown => {
    const asked = readHttpRequest(boundary, description, body);
    sandbox.http.check(asked.url);
    const response = sandbox.http.request(asked, boundary.signal);
    return isThenable(response)
      ? response.then((settled) => finish(description, body, settled as HttpResponse))
      : finish(description, body, response);
  };

  const guard = sandbox.http.waits ? boundary.guardAsync.bind(boundary) : boundary.guard.bind(boundary);
  return {
    [REQUEST]: guard(REQUEST, request, { code: "HTTP_FAILED" }),
    http_status_code: boundary.guard("http_status_code", () => last?.status ?? 0),
    http_headers: boundary.guard("http_headers", () =>
      last?.headers ? BigInt(boundary.kernel.store(JSON.stringify(last.headers))) : 0n,
    ),
  };
}
