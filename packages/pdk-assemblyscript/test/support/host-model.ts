/** A response that the model's `http_request` gives. */
export interface ModelResponse {
  status: number;
  headers: string;
  body: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A small model of module `extism:host/env`, stricter than any real host: reading or writing outside a live block, or
 * freeing a handle that is neither live nor 0, is an error, so that the tests see every slip.
 */
export class HostModel {
  input: Uint8Array = new Uint8Array();
  output: Uint8Array | undefined;
  error: string | undefined;
  config = new Map<string, string>();
  vars = new Map<string, Uint8Array>();
  logLevel = 0;
  logs: string[] = [];
  requests: { request: string; body: Uint8Array | undefined }[] = [];
  responses: ModelResponse[] = [];
  refusesMemory = false;
  /** Names of the imports that were called. */
  readonly called = new Set<string>();

  #blocks = new Map<bigint, Uint8Array>();
  #next = 64n;
  #response: ModelResponse | undefined;

  /** Ends what the last call left, and sets the next one's input. */
  startCall(input: Uint8Array): void {
    this.input = input;
    this.output = undefined;
    this.error = undefined;
    this.#blocks.clear();
  }

  get liveBlocks(): number {
    return this.#blocks.size;
  }

  store(value: string | Uint8Array): bigint {
    const bytes = typeof value === "string" ? encoder.encode(value) : value.slice();
    const handle = this.#next;
    this.#blocks.set(handle, bytes);
    this.#next += BigInt(bytes.length) + 16n;
    return handle;
  }

  bytes(handle: bigint): Uint8Array {
    const block = this.#blocks.get(handle);
    if (block === undefined) throw new Error(`${handle} is not a live handle`);
    return block;
  }

  text(handle: bigint): string {
    return decoder.decode(this.bytes(handle));
  }

  /** The bytes of `length` from any address inside a live block on. */
  range(address: bigint, length: number): Uint8Array {
    for (const [handle, block] of this.#blocks) {
      const start = Number(address - handle);
      if (start >= 0 && start + length <= block.length) return block.subarray(start, start + length);
    }
    throw new Error(`${length} bytes at ${address} are outside of every live block`);
  }

  /** The imports, each noting that it was called. */
  get imports(): Record<string, (...args: never[]) => unknown> {
    return Object.fromEntries(
      Object.entries({ ...this.#memory, ...this.#call, ...this.#services }).map(([name, run]) => [
        name,
        (...args: never[]) => {
          this.called.add(name);
          return (run as (...args: never[]) => unknown)(...args);
        },
      ]),
    );
  }

  #take(handle: bigint): Uint8Array {
    const bytes = handle === 0n ? new Uint8Array() : this.bytes(handle);
    this.#blocks.delete(handle);
    return bytes;
  }

  #memory = {
    alloc: (length: bigint) => {
      if (length === 0n || this.refusesMemory) return 0n;
      return this.store(new Uint8Array(Number(length)).fill(0xee));
    },
    free: (handle: bigint) => {
      if (handle === 0n) return;
      this.bytes(handle);
      this.#blocks.delete(handle);
    },
    length: (handle: bigint) => BigInt(this.bytes(handle).length),
    load_u8: (address: bigint) => viewOf(this.range(address, 1)).getUint8(0),
    load_u64: (address: bigint) => viewOf(this.range(address, 8)).getBigUint64(0, true),
    store_u8: (address: bigint, value: number) => viewOf(this.range(address, 1)).setUint8(0, value),
    store_u64: (address: bigint, value: bigint) =>
      viewOf(this.range(address, 8)).setBigUint64(0, value, true),
  };

  #call = {
    input_length: () => BigInt(this.input.length),
    input_load_u8: (index: bigint) => viewOf(this.input).getUint8(Number(index)),
    input_load_u64: (index: bigint) => viewOf(this.input).getBigUint64(Number(index), true),
    output_set: (address: bigint, length: bigint) => {
      this.output = length === 0n ? new Uint8Array() : this.range(address, Number(length)).slice();
    },
    error_set: (handle: bigint) => {
      this.error = this.text(handle);
    },
  };

  #services = {
    config_get: (key: bigint) => this.#lookup(this.config, key),
    var_get: (key: bigint) => this.#lookup(this.vars, key),
    var_set: (key: bigint, value: bigint) => {
      const name = decoder.decode(this.#take(key));
      if (value === 0n) this.vars.delete(name);
      else this.vars.set(name, this.#take(value));
    },
    get_log_level: () => this.logLevel,
    ...Object.fromEntries(
      ["trace", "debug", "info", "warn", "error"].map((level) => [
        `log_${level}`,
        (text: bigint) => void this.logs.push(`${level}: ${decoder.decode(this.#take(text))}`),
      ]),
    ),
    http_request: (request: bigint, body: bigint) => {
      const sent = {
        request: decoder.decode(this.#take(request)),
        body: body === 0n ? undefined : this.#take(body),
      };
      this.requests.push(sent);
      this.#response = this.responses.shift();
      return this.#response === undefined ? 0n : this.store(this.#response.body);
    },
    http_status_code: () => this.#response?.status ?? 0,
    http_headers: () => (this.#response ? this.store(this.#response.headers) : 0n),
  };

  #lookup(values: Map<string, string | Uint8Array>, key: bigint): bigint {
    const value = values.get(decoder.decode(this.#take(key)));
    return value === undefined ? 0n : this.store(value);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
