import type { Boundary } from "../../abi/extism/boundary.ts";
import { boundaryOf } from "../../abi/extism/current-plugin.ts";
import { isPluginError, PluginError } from "../../errors.ts";
import type { CurrentPlugin } from "../../functions.ts";
import { fromNativeLevel, toNativeLevel } from "./levels.ts";
import { OutputView } from "./plugin-output.ts";
import type { CallContext, LogLevel, PluginOutput } from "./types.ts";

/** Lengths of kernel memory are 32-bit numbers. */
const MAX_LENGTH = 2 ** 32 - 1;

/** What host functions are given, over what this package gives them. */
export class HostCallContext implements CallContext {
  readonly #plugin: CurrentPlugin;
  readonly #boundary: Boundary;
  /** Blocks whose bytes the running host function holds, by handle. */
  readonly #lent = new Map<bigint, OutputView>();

  constructor(plugin: CurrentPlugin) {
    const boundary = boundaryOf(plugin);
    if (!boundary)
      throw new PluginError("UNSUPPORTED", "this host function was called by another copy of this package");
    this.#plugin = plugin;
    this.#boundary = boundary;
  }

  hostContext<T>(): T {
    return this.#plugin.hostContext as T;
  }

  alloc(size: bigint | number): bigint {
    const length = Number(size);
    if (!Number.isInteger(length) || length < 0) throw new TypeError(`${size} is not the size of a block`);
    if (length > MAX_LENGTH) return 0n;
    const handle = this.#allocate(length);
    this.#boundary.kernel.view(handle)?.fill(0);
    return handle;
  }

  getVariable(name: string): PluginOutput | null {
    const value = this.#plugin.vars.get(name);
    return value ? new OutputView(value) : null;
  }

  setVariable(name: string, value: string | Uint8Array): void {
    this.#plugin.vars.set(name, value);
  }

  deleteVariable(name: string): void {
    this.#plugin.vars.delete(name);
  }

  read(addr: bigint | number): PluginOutput | null {
    const handle = toHandle(addr);
    const lent = this.#lent.get(handle);
    if (lent) return lent;
    const block = this.#boundary.kernel.view(handle);
    if (!block) return null;
    const output: OutputView = new OutputView(block.slice(), () => this.#lent.set(handle, output));
    return output;
  }

  store(input: string | Uint8Array): bigint {
    return this.#plugin.store(input);
  }

  length(addr: bigint): bigint {
    return BigInt(Math.max(0, this.#boundary.kernel.lengthOf(toHandle(addr))));
  }

  setError(err: string | Error | null = null): void {
    const text = err instanceof Error ? err.message : err;
    if (!err || typeof text !== "string") throw new TypeError("could not store error value");
    const errorSet = this.#boundary.kernel.imports["error_set"] as (handle: bigint) => void;
    errorSet(this.store(text));
  }

  get logLevel(): LogLevel {
    return fromNativeLevel(this.#boundary.sandbox.log.level);
  }

  set logLevel(level: LogLevel) {
    this.#boundary.sandbox.log.level = toNativeLevel(level);
  }

  /** Ends a host function; with `writeBack`, blocks then hold what it wrote into their bytes. */
  release(writeBack: boolean): void {
    for (const [handle, output] of writeBack ? this.#lent : []) {
      const block = this.#boundary.kernel.view(handle);
      if (block?.byteLength === output.byteLength) block.set(output.bytes());
    }
    this.#lent.clear();
  }

  #allocate(length: number): bigint {
    try {
      return BigInt(this.#boundary.kernel.allocate(length));
    } catch (error) {
      if (isPluginError(error) && error.code === "MEMORY_LIMIT") return 0n;
      throw error;
    }
  }
}

/** A guest with `i32` handles passes numbers, which JavaScript sees as signed. */
function toHandle(address: bigint | number): bigint {
  return typeof address === "number" ? BigInt(address >>> 0) : BigInt.asUintN(64, address);
}
