import { PluginError } from "../../errors.ts";
import type { Boundary, ImportFunction } from "./boundary.ts";

/** `http_request` and what goes with it. */
export function httpImports({ sandbox }: Boundary): Record<string, ImportFunction> {
  return {
    http_request() {
      throw new PluginError(
        "HTTP_DENIED",
        `plugin ${sandbox.plugin} made an HTTP request, but its manifest allows no hosts`,
      );
    },
    http_status_code: () => 0,
    http_headers: () => 0n,
  };
}
