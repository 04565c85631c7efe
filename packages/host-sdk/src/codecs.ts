import type { CurrentPlugin } from "./functions.ts";
import { PluginOutput } from "./output.ts";

/** The numeric types that cross the boundary between wasm and a host function. */
export type ScalarType = "i32" | "i64" | "f32" | "f64";
export type Scalar = number | bigint;

/**
 * How a value of a typed host function travels: as a number, or as a block in plugin memory whose handle travels.
 */
export interface Codec<In, Out = In> {
  readonly scalar: ScalarType;
  decode(plugin: CurrentPlugin, raw: Scalar): In;
  /** Returns `undefined` when the value does not fit the type. */
  encode(plugin: CurrentPlugin, value: Out): Scalar | undefined;
}

function numberCodec(scalar: ScalarType): Codec<number> {
  return {
    scalar,
    decode: (_, raw) => Number(raw),
    encode: (_, value) => (typeof value === "number" ? value : undefined),
  };
}

/** 32-bit integer, as a number. */
export const I32: Codec<number> = numberCodec("i32");
/** 64-bit integer, as a bigint. */
export const I64: Codec<bigint> = {
  scalar: "i64",
  decode: (_, raw) => BigInt(raw),
  encode: (_, value) => (typeof value === "bigint" ? value : undefined),
};
/** 32-bit float. */
export const F32: Codec<number> = numberCodec("f32");
/** 64-bit float. */
export const F64: Codec<number> = numberCodec("f64");

const NOTHING = new PluginOutput(new Uint8Array(0));

function blockCodec<In, Out>(
  decode: (block: PluginOutput) => In,
  encode: (value: Out) => string | Uint8Array | ArrayBuffer | undefined,
): Codec<In, Out | undefined> {
  return {
    scalar: "i64",
    decode(plugin, raw) {
      // A guest cannot make an empty block: it passes 0.
      const block = Number(raw) === 0 ? NOTHING : plugin.read(raw);
      if (!block) throw new TypeError(`handle ${raw} is not a live block`);
      return decode(block);
    },
    encode(plugin, value) {
      if (value === undefined) return 0n;
      const data = encode(value);
      return data === undefined ? undefined : plugin.store(data);
    },
  };
}

/** UTF-8 text in a block. A result of `undefined` becomes handle 0. */
export const text: Codec<string, string | undefined> = blockCodec(
  (block) => block.text(),
  (value: string) => (typeof value === "string" ? value : undefined),
);

/** Raw bytes in a block. A result of `undefined` becomes handle 0. */
export const bytes: Codec<Uint8Array, Uint8Array | ArrayBuffer | undefined> = blockCodec(
  (block) => block.bytes() as Uint8Array,
  (value: Uint8Array | ArrayBuffer) =>
    value instanceof Uint8Array || value instanceof ArrayBuffer ? value : undefined,
);

/** JSON text in a block. A result of `undefined` becomes handle 0. */
export const json: Codec<unknown> = blockCodec(
  (block) => block.json(),
  (value: unknown) => JSON.stringify(value),
);

/** Like {@link json}, for values whose shape the application knows. Nothing is checked at run time. */
export function jsonOf<T>(): Codec<T, T | undefined> {
  return json as Codec<T, T | undefined>;
}

/** A block that may be absent: handle 0 becomes `undefined`. */
export function optional<In, Out>(codec: Codec<In, Out>): Codec<In | undefined, Out | undefined> {
  return {
    scalar: codec.scalar,
    decode: (plugin, raw) => (BigInt(raw) === 0n ? undefined : codec.decode(plugin, raw)),
    encode: (plugin, value) =>
      value === undefined ? (codec.scalar === "i64" ? 0n : 0) : codec.encode(plugin, value),
  };
}
