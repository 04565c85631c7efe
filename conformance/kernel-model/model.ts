import type { Operation, OperationName } from "./operations.ts";

/** A result of the interpreter: an operation's own, and the size of kernel memory after it. */
export interface Observation {
  readonly result: bigint;
  readonly memoryBytes: bigint;
}

/** What outlives a call. */
export interface PluginState {
  readonly config: ReadonlyMap<string, Uint8Array>;
  readonly vars: Map<string, Uint8Array>;
  /** Lines that the guest logged. */
  readonly log: string[];
}

/** Nothing below this address is a guest's to see. */
const FIRST_ADDRESS = 1024n;
/** Default limit of kernel memory, in bytes. */
const MAX_BYTES = 1n << 30n;
const NOT_TRIED = BigInt.asUintN(64, -2n);
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The semantics of the Extism kernel for one call, written from the ABI alone. Where blocks come to lie is the
 * kernel's business: the model learns handles from the results, and checks that they can be true.
 */
export class KernelModel {
  readonly #state: PluginState;
  /** Live blocks: handle to length. */
  readonly #live = new Map<bigint, bigint>();
  /** Bytes that are not 0, by address. */
  readonly #bytes = new Map<bigint, number>();
  /** Memory reaches at least so far. */
  #end = FIRST_ADDRESS;
  #memoryBytes = 0n;
  #input = { offset: 0n, length: 0n };
  #output = { offset: 0n, length: 0n };
  #error = 0n;
  readonly #results: bigint[] = [];

  constructor(state: PluginState) {
    this.#state = state;
  }

  /** The first observation: the handle of the input, which the interpreter has asked for. */
  begin(input: Uint8Array, { result, memoryBytes }: Observation): void {
    this.#memoryBytes = memoryBytes;
    this.#results.push(result);
    this.#grant(result, input);
    this.#input = { offset: result, length: BigInt(input.length) };
  }

  /** Applies an operation. @throws Error when the observation contradicts the ABI */
  check(operation: Operation, { result, memoryBytes }: Observation): void {
    check(
      memoryBytes >= this.#memoryBytes,
      `memory shrank from ${this.#memoryBytes} to ${memoryBytes} bytes`,
    );
    this.#memoryBytes = memoryBytes;
    this.#results.push(result);
    this.#apply[operation.name](this.#value(operation.a), this.#value(operation.b), result);
  }

  #value({ result, plus }: Operation["a"]): bigint {
    return BigInt.asUintN(64, (result < 0 ? 0n : (this.#results[result] ?? 0n)) + plus);
  }

  readonly #apply: Record<OperationName, (a: bigint, b: bigint, result: bigint) => void> = {
    alloc: (size, _, handle) => {
      if (size === 0n || size >= MAX_BYTES) equal(handle, 0n);
      else this.#alloc(handle, size);
    },
    free: (handle) => this.#free(handle),
    length: (handle, _, length) => equal(length, this.#lengthOf(handle)),
    length_unsafe: (handle, _, length) => equal(length, this.#lengthOf(handle)),
    load_u8: (address, _, value) => this.#checkLoad(address, 1, value),
    load_u64: (address, _, value) => this.#checkLoad(address, 8, value),
    store_u8: (address, value, after) => this.#store(address, 1, BigInt.asUintN(8, value), after),
    store_u64: (address, value, after) => this.#store(address, 8, BigInt.asUintN(64, value), after),
    input_length: (_, __, length) => equal(length, this.#input.length),
    input_offset: (_, __, offset) => equal(offset, this.#input.offset),
    input_load_u8: (index, _, value) => equal(value, this.#loadInput(index, 1)),
    input_load_u64: (index, _, value) => equal(value, this.#loadInput(index, 8)),
    input_set: (offset, length) => {
      this.#input = length === 0n ? { offset: 0n, length: 0n } : { offset, length };
    },
    output_set: (offset, length) => {
      this.#output = { offset, length };
    },
    output_offset: (_, __, offset) => equal(offset, this.#output.offset),
    output_length: (_, __, length) => equal(length, this.#output.length),
    error_set: (handle) => {
      this.#error = this.#live.has(handle) ? handle : 0n;
    },
    error_get: (_, __, handle) => equal(handle, this.#live.has(this.#error) ? this.#error : 0n),
    reset: () => this.#reset(),
    config_get: (key, _, result) => {
      if (this.#isMissing(key)) equal(result, NOT_TRIED);
      else this.#lookUp(this.#state.config, key, result);
    },
    var_get: (key, _, result) => {
      if (this.#isMissing(key)) equal(result, NOT_TRIED);
      else this.#lookUp(this.#state.vars, key, result);
    },
    var_set: (key, value, result) => {
      if (this.#isMissing(key) || (value !== 0n && this.#isMissing(value))) equal(result, NOT_TRIED);
      else this.#setVar(key, value);
    },
    log_info: (line, _, result) => {
      if (this.#isMissing(line) || this.#lengthOf(line) > 4096n) equal(result, NOT_TRIED);
      else this.#log(line);
    },
  };

  #reset(): void {
    this.#live.clear();
    this.#bytes.clear();
    this.#end = FIRST_ADDRESS;
    this.#input = { offset: 0n, length: 0n };
    this.#output = { offset: 0n, length: 0n };
    this.#error = 0n;
  }

  /** A new block: it must lie in memory, and on nothing that lives. */
  #grant(handle: bigint, content?: Uint8Array, length = BigInt(content?.length ?? 0)): void {
    check(handle >= FIRST_ADDRESS, `a block at ${handle} lies below the heap`);
    check(
      handle + length <= this.#memoryBytes,
      `a block at ${handle} of ${length} bytes lies outside memory`,
    );
    check(!this.#live.has(handle), `the block at ${handle} is alive already`);
    for (const [other, otherLength] of this.#live) {
      const apart = handle + length <= other || other + otherLength <= handle;
      check(apart, `a block at ${handle} of ${length} bytes overlaps that at ${other} of ${otherLength}`);
    }
    this.#live.set(handle, length);
    if (handle + length > this.#end) this.#end = handle + length;
    content?.forEach((byte, i) => {
      this.#setByte(handle + BigInt(i), byte);
    });
  }

  #alloc(handle: bigint, size: bigint): void {
    check(handle !== 0n, `${size} bytes were refused`);
    this.#grant(handle, undefined, size);
  }

  #lengthOf(handle: bigint): bigint {
    return this.#live.get(handle) ?? 0n;
  }

  #isMissing(handle: bigint): boolean {
    return this.#lengthOf(handle) === 0n;
  }

  #free(handle: bigint): void {
    if (this.#live.delete(handle) && handle === this.#input.offset) this.#input = { offset: 0n, length: 0n };
  }

  /** What an import was given is dead at once. */
  #consume(handle: bigint): void {
    this.#free(handle);
  }

  #lookUp(entries: ReadonlyMap<string, Uint8Array>, key: bigint, result: bigint): void {
    const value = entries.get(this.#text(key));
    if (value)
      this.#grant(result, value); // while the key lives: the two must not share memory
    else equal(result, 0n);
    this.#consume(key);
  }

  #setVar(key: bigint, value: bigint): void {
    if (value === 0n) this.#state.vars.delete(this.#text(key));
    else this.#state.vars.set(this.#text(key), this.#content(value));
    this.#consume(key);
    this.#consume(value);
  }

  /** The bytes as a little-endian number; what was never stored is 0. */
  #load(address: bigint, size: number): bigint {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.#bytes.get(address + BigInt(i)) ?? 0);
    return value;
  }

  #checkLoad(address: bigint, size: number, result: bigint): void {
    const end = address + BigInt(size);
    const value = this.#load(address, size);
    if (address < FIRST_ADDRESS || end > this.#memoryBytes) equal(result, 0n);
    // Memory may or may not reach beyond the last block; an access shows whole or not at all.
    else if (end <= this.#end || result !== 0n) equal(result, value);
  }

  #store(address: bigint, size: number, value: bigint, after: bigint): void {
    const end = address + BigInt(size);
    const isOutside = address < FIRST_ADDRESS || end > this.#memoryBytes;
    // Memory may or may not reach beyond the last block.
    const isLost = isOutside || (end > this.#end && after === 0n);
    equal(after, isLost ? 0n : value);
    if (isLost) return;
    // It is one range, so that a store which shows proves all below it.
    if (end > this.#end) this.#end = end;
    for (let i = 0; i < size; i++)
      this.#setByte(address + BigInt(i), Number((value >> BigInt(8 * i)) & 0xffn));
  }

  #setByte(address: bigint, byte: number): void {
    if (byte === 0) this.#bytes.delete(address);
    else this.#bytes.set(address, byte);
  }

  #loadInput(index: bigint, size: number): bigint {
    const { offset, length } = this.#input;
    return index + BigInt(size) <= length ? this.#load(offset + index, size) : 0n;
  }

  #log(line: bigint): void {
    this.#state.log.push(this.#text(line));
    this.#consume(line);
  }

  #content(handle: bigint): Uint8Array {
    const length = Number(this.#lengthOf(handle));
    return Uint8Array.from({ length }, (_, i) => this.#bytes.get(handle + BigInt(i)) ?? 0);
  }

  #text(handle: bigint): string {
    return decoder.decode(this.#content(handle));
  }
}

function check(holds: boolean, contradiction: string): void {
  if (!holds) throw new RangeError(contradiction);
}

function equal(actual: bigint, expected: bigint): void {
  check(actual === expected, `${actual} instead of ${expected}`);
}
