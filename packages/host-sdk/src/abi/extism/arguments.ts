import { PluginError } from "../../errors.ts";
import type { Boundary } from "./boundary.ts";

/** The text of an argument; handle 0 is the empty text, since a guest cannot make an empty block. */
export function textArgument({ kernel }: Boundary, what: string, handle: bigint): string {
  if (handle === 0n) return "";
  const text = kernel.text(handle);
  if (text === undefined) throw notLive(what, handle);
  return text;
}

/** A view of an argument's bytes, good until the next allocation; handle 0 is nothing. */
export function bytesArgument(
  { kernel }: Boundary,
  what: string,
  handle: bigint,
): Uint8Array<ArrayBuffer> | undefined {
  if (handle === 0n) return undefined;
  const bytes = kernel.view(handle);
  if (!bytes) throw notLive(what, handle);
  return bytes;
}

function notLive(what: string, handle: bigint): PluginError {
  return new PluginError("TRAP", `${what} (handle ${handle}) is not a live block`);
}
