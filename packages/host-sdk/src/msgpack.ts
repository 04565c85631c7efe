import { Packr } from "msgpackr";
import { PluginOutput, setMsgpackDecoder } from "./output.ts";

// Plain MessagePack, without the library's own extensions, which no guest would understand.
// (`auto` is in its documentation, not in its types: a number where it fits one, else a bigint.)
const packr = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  int64AsType: "auto" as "bigint",
  variableMapSize: true,
});

setMsgpackDecoder((bytes) => packr.unpack(bytes));

/**
 * Encodes a value as MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), as the input of a call:
 *
 * ```ts
 * import { msgpack } from "@mortise/host-sdk/msgpack";
 * const output = await plugin.call("sum", msgpack({ values: [1, 2, 3n] }));
 * const { total } = output.msgpack<{ total: number }>();
 * ```
 *
 * A bigint becomes a 64-bit integer, a `Uint8Array` binary data. Integers that fit a number come back as numbers,
 * larger ones as bigints.
 * @throws {RangeError} for a bigint that does not fit 64 bits
 */
export function msgpack(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(packr.pack(value));
}

/** Decodes MessagePack, such as the bytes of an output: `output.msgpack()` does the same. */
export function decodeMsgpack<T = unknown>(bytes: Uint8Array | PluginOutput): T {
  return packr.unpack(bytes instanceof PluginOutput ? bytes.bytes() : bytes) as T;
}
