import { storeBlock, takeBytes, takeText } from "./block.ts";
import { type BytesLike, checkText, toBytes, typeName } from "./bytes.ts";
import { natives, runtime, type WasmType } from "./natives.ts";

interface ParamTypes {
  i32: number;
  i64: bigint;
  f32: number;
  f64: number;
  text: string;
  bytes: BytesLike;
  json: unknown;
}

interface ResultTypes extends Omit<ParamTypes, "bytes"> {
  bytes: Uint8Array;
}

/** How a parameter travels: `text`, `bytes` and `json` through a block, whose handle is an `i64`. */
export type HostParam = keyof ParamTypes;
export type HostResult = keyof ResultTypes;

export interface HostFunctionSignature<P extends readonly HostParam[], R extends HostResult | undefined> {
  /** At most 32. Default: none. */
  readonly params?: P;
  /** Default: nothing is returned. */
  readonly result?: R;
}

type Arguments<P extends readonly HostParam[]> = { -readonly [K in keyof P]: ParamTypes[P[K]] };
type Result<R> = R extends HostResult ? ResultTypes[R] : undefined;

const MAX_PARAMS = 32;
const SLOT_BYTES = 8;
const KINDS = ["i32", "i64", "f32", "f64", "text", "bytes", "json"];
const MIN_I64 = -(2n ** 63n);
const MAX_U64 = 2n ** 64n - 1n;

/**
 * Declares a function that the host provides, and returns it. Only at top level: the compiler turns each
 * declaration into an import of the plugin. In a plugin that declares it, the host must provide it.
 *
 * Blocks for `text`, `bytes` and `json` are made and freed for you; a result of 0 reads as empty (json: null).
 *
 * @example
 * const greet = hostFunction("extism:host/user", "greet", { params: ["text"], result: "text" });
 * export function run() { output(greet("Ada")); }
 *
 * @throws TypeError inside a call, for an unknown type, or for a second declaration that differs.
 */
export function hostFunction<
  const P extends readonly HostParam[] = readonly [],
  R extends HostResult | undefined = undefined,
>(
  namespace: string,
  name: string,
  signature: HostFunctionSignature<P, R> = {},
): (...args: Arguments<P>) => Result<R> {
  const label = `${namespace}.${name}`;
  const params: readonly HostParam[] = signature.params ?? [];
  const { result } = signature;
  checkText(namespace, "hostFunction()'s namespace");
  checkText(name, "hostFunction()'s name");
  checkSignature(label, params, result);
  const slot = declare(namespace, name, params.map(wasmType), result === undefined ? null : wasmType(result));
  return (...args) => {
    if (!runtime.sealed) {
      throw new TypeError(
        `host function ${label} cannot be called at top level: that code runs when the plugin is built`,
      );
    }
    if (args.length !== params.length) {
      throw new TypeError(`host function ${label} takes ${params.length} arguments, not ${args.length}`);
    }
    return call(label, slot, params, result, args) as Result<R>;
  };
}

function checkSignature(label: string, params: readonly string[], result: string | undefined): void {
  if (params.length > MAX_PARAMS)
    throw new TypeError(`host function ${label} has more than ${MAX_PARAMS} parameters`);
  for (const kind of result === undefined ? params : [...params, result]) {
    if (!KINDS.includes(kind))
      throw new TypeError(`host function ${label}: no type "${kind}", only ${KINDS.join(", ")}`);
  }
}

function wasmType(kind: HostParam): WasmType {
  return kind === "i32" || kind === "f32" || kind === "f64" ? kind : "i64";
}

function declare(namespace: string, name: string, params: WasmType[], result: WasmType | null): number {
  const label = `${namespace}.${name}`;
  if (runtime.sealed) {
    throw new TypeError(
      `host function ${label} must be declared at top level: it becomes an import of the plugin`,
    );
  }
  const known = runtime.imports.findIndex((entry) => entry.namespace === namespace && entry.name === name);
  if (known < 0) return runtime.imports.push({ namespace, name, params, result }) - 1;
  const before = runtime.imports[known]!;
  if (String([before.params, before.result]) !== String([params, result])) {
    throw new TypeError(`host function ${label} is declared twice with different signatures`);
  }
  return known;
}

function call(
  label: string,
  slot: number,
  params: readonly HostParam[],
  result: HostResult | undefined,
  args: readonly unknown[],
): unknown {
  const blocks: number[] = [];
  try {
    // Encoding may run guest code (toJSON) that calls another host function, so the scratch is filled last.
    const values = params.map((kind, at) =>
      encode(kind, args[at], `argument ${at + 1} of host function ${label}`, blocks),
    );
    const scratch = new DataView(natives.scratch());
    for (const [at, kind] of params.entries()) write(scratch, at * SLOT_BYTES, wasmType(kind), values[at]!);
    natives.callImport(slot);
    return result === undefined ? undefined : decode(result, scratch);
  } finally {
    for (const block of blocks) natives.free(block);
  }
}

function encode(kind: HostParam, value: unknown, what: string, blocks: number[]): number | bigint {
  if (kind === "i64") {
    if (typeof value !== "bigint") throw new TypeError(`${what} must be a bigint, not ${typeName(value)}`);
    if (value < MIN_I64 || value > MAX_U64) throw new RangeError(`${what} does not fit into 64 bits`);
    return value;
  }
  if (kind === "i32" || kind === "f32" || kind === "f64") return checkNumber(kind, value, what);
  const block = storeBlock(blockContent(kind, value, what), what);
  blocks.push(block);
  return BigInt(block);
}

function checkNumber(kind: "i32" | "f32" | "f64", value: unknown, what: string): number {
  if (typeof value !== "number") throw new TypeError(`${what} must be a number, not ${typeName(value)}`);
  if (kind === "i32" && !(Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32)) {
    throw new RangeError(`${what} is not a 32-bit integer`);
  }
  return value;
}

function blockContent(kind: "text" | "bytes" | "json", value: unknown, what: string): string | Uint8Array {
  if (kind === "bytes") return toBytes(value, what);
  if (kind === "json") return JSON.stringify(value) ?? "null";
  checkText(value, what);
  return value;
}

function write(scratch: DataView, at: number, type: WasmType, value: number | bigint): void {
  if (type === "i64") scratch.setBigUint64(at, BigInt.asUintN(64, value as bigint), true);
  else if (type === "i32") scratch.setInt32(at, value as number, true);
  else if (type === "f32") scratch.setFloat32(at, value as number, true);
  else scratch.setFloat64(at, value as number, true);
}

function decode(kind: HostResult, scratch: DataView): unknown {
  if (kind === "i32") return scratch.getInt32(0, true);
  if (kind === "i64") return scratch.getBigInt64(0, true);
  if (kind === "f32") return scratch.getFloat32(0, true);
  if (kind === "f64") return scratch.getFloat64(0, true);
  const handle = Number(scratch.getBigUint64(0, true));
  if (kind === "bytes") return takeBytes(handle);
  const text = takeText(handle);
  return kind === "text" ? text : JSON.parse(text === "" ? "null" : text);
}
