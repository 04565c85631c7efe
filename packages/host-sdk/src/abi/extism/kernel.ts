import { PluginError } from "../../errors.ts";
import { PAGE_BYTES } from "../../limits.ts";
import { ADDRESSABLE_PAGES, kernelModule } from "./kernel-module.ts";

/** The kernel's functions that a host uses; kernel/index.ts has them all. */
interface KernelExports {
  host_initialise(): void;
  host_begin(length: number): void;
  host_alloc(length: number): number;
  host_free(handle: number): void;
  host_consume(handle: bigint): void;
  host_output(length: number): void;
  host_bytes_from(address: number): number;
  host_outcome(): number;
  host_length(handle: bigint): number;
  host_error(): number;
  host_refused(): number;
  host_output_at(): number;
  host_output_length(): number;
  host_input_length(): number;
  host_input_at(): number;
  input_set(offset: bigint, length: bigint): void;
  output_set(offset: bigint, length: bigint): void;
  reset(): void;
}

/** What the kernel asks of its host. */
export interface KernelHost {
  /** Puts the input into a block and returns its address. */
  bringInput(): number;
  /** A guest named a range outside kernel memory. Throws. */
  badRange(offset: bigint, length: bigint): never;
}

/** The copy functions of direct transfer. Numbers come from the guest, signed as JavaScript sees an i32. */
export interface DirectTransfer {
  input(target: number, offset: number, length: number): void;
  output(source: number, length: number): void;
  load(target: number, address: number, length: number): void;
  store(address: number, source: number, length: number): void;
}

const noTransfer = (): never => {
  throw new TypeError("direct transfer was offered to nobody");
};

/** What a kernel has while no guest knows direct transfer. */
export const NO_TRANSFER: DirectTransfer = Object.freeze({
  input: noTransfer,
  output: noTransfer,
  load: noTransfer,
  store: noTransfer,
});

/** The bits of {@link Kernel.outcome}. */
export const OUTCOME = { error: 1, output: 2, outputWithHost: 4 } as const;

/** Longest error text of a guest, in bytes. Without a cap it could be longer than any string. */
const MAX_ERROR_BYTES = 1024 * 1024;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

// 65,535 and not 65,536 pages, so that every address and length of the kernel fits 32 bits.
function kernelPages(maxPages: number): number {
  return Math.min(maxPages, ADDRESSABLE_PAGES - 1);
}

/** A kernel memory that two threads can use in turn. */
export function createSharedMemory(maxPages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: kernelPages(maxPages), shared: true });
}

/**
 * The memory through which host and guest exchange blocks, and the wasm module that manages it.
 * A handle is the byte offset of a block; `0` is none.
 */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  /** What guests import from `extism:host/env`, straight from wasm to wasm. */
  readonly imports: WebAssembly.Exports;
  /** Whom the kernel asks; another one when it is used again. */
  host: KernelHost;
  /** Copies to and from the one guest that has been offered direct transfer. */
  direct: DirectTransfer = NO_TRANSFER;
  readonly #wasm: KernelExports;
  readonly #maxPages: number;
  readonly #shared: boolean;
  #bytes: Uint8Array<ArrayBuffer>;

  /**
   * @param memory what {@link createSharedMemory} made, in which another kernel may work as well, though never at
   *   the same time; without it the kernel has a memory of its own
   */
  constructor(maxPages: number, host: KernelHost, memory?: WebAssembly.Memory) {
    this.host = host;
    this.#maxPages = kernelPages(maxPages);
    this.#shared = memory !== undefined;
    this.memory = memory ?? new WebAssembly.Memory({ initial: 1, maximum: this.#maxPages });
    const instance = new WebAssembly.Instance(kernelModule(this.#shared ? "shared" : "kernel"), {
      env: { memory: this.memory },
      host: {
        direct_input: (target: number, offset: number, length: number) =>
          this.direct.input(target, offset, length),
        direct_output: (source: number, length: number) => this.direct.output(source, length),
        direct_load: (target: number, address: number, length: number) =>
          this.direct.load(target, address, length),
        direct_store: (address: number, source: number, length: number) =>
          this.direct.store(address, source, length),
        bring_input: () => this.host.bringInput(),
        bad_range: (offset: bigint, length: bigint) => this.host.badRange(offset, length),
      },
    });
    this.imports = instance.exports;
    this.#wasm = instance.exports as unknown as KernelExports;
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#wasm.host_initialise();
  }

  /** Whether this kernel has exactly this limit. */
  serves(maxPages: number): boolean {
    return this.#maxPages === kernelPages(maxPages);
  }

  /** All of kernel memory, as it is now; growing replaces it. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const buffer = this.memory.buffer;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    return this.#bytes;
  }

  /** A range of kernel memory that the kernel has vouched for. */
  range(start: number, length: number): Uint8Array<ArrayBuffer> {
    // A buffer can be older than the last growth, when that was another thread's; growing by nothing renews it.
    if (this.#shared && start + length > this.bytes.byteLength) this.memory.grow(0);
    return this.bytes.subarray(start, start + length);
  }

  /** Whether this call met the limit: an allocation was refused, or the memory cannot grow any more. */
  get exhausted(): boolean {
    return this.#wasm.host_refused() !== 0 || this.memory.buffer.byteLength >= this.#maxPages * PAGE_BYTES;
  }

  /** Starts a call with an input of `length` bytes, which stays with the host until the guest asks for it. */
  begin(length: number): void {
    this.#wasm.host_begin(length);
  }

  /** Starts a call whose input lies in this memory. */
  beginWith(input: Uint8Array | string): void {
    this.begin(0);
    if (input.length === 0) return;
    const handle = BigInt(this.store(input));
    this.#wasm.input_set(handle, BigInt(this.lengthOf(handle)));
  }

  /** Sets bytes as the output; returns the handle of the block that holds them now. */
  setOutput(bytes: Uint8Array): bigint {
    const handle = BigInt(this.store(bytes));
    this.#wasm.output_set(handle, BigInt(bytes.byteLength));
    return handle;
  }

  /** What the call left behind: bits of {@link OUTCOME}. */
  outcome(): number {
    return this.#wasm.host_outcome();
  }

  /** Forgets every block of the call and zeroes what it used. */
  reset(): void {
    this.#wasm.reset();
  }

  inputLength(): number {
    return this.#wasm.host_input_length() >>> 0;
  }

  /** Address of the input in kernel memory; 0 while it is with the host. */
  inputAt(): number {
    return this.#wasm.host_input_at() >>> 0;
  }

  outputLength(): number {
    return this.#wasm.host_output_length() >>> 0;
  }

  /** Copies the output that lies in this memory. */
  output(): Uint8Array<ArrayBuffer> {
    const start = this.#wasm.host_output_at() >>> 0;
    const length = this.outputLength();
    // One typed array less than range() would make, on the way that every small call takes.
    if (!this.#shared) return this.bytes.slice(start, start + length);
    const copy = new Uint8Array(length); // slice() of shared memory is slower on V8
    copy.set(this.range(start, length));
    return copy;
  }

  /** Tells the kernel that the host has taken an output of `length` bytes. */
  outputTaken(length: number): void {
    this.#wasm.host_output(length);
  }

  /** The text that the guest set as its error, cut where no reader would go on. */
  errorText(): string {
    const bytes = this.view(BigInt(this.#wasm.host_error() >>> 0));
    if (!bytes) return "(the plugin set an error whose text is not in a live block)";
    const cut = bytes.byteLength - MAX_ERROR_BYTES;
    const text = decoder.decode(bytes.slice(0, MAX_ERROR_BYTES)); // a copy, since browsers decode no shared memory
    return cut > 0 ? `${text}… (${cut} bytes cut)` : text;
  }

  /** Exact length of a live block; -1 for anything else. */
  lengthOf(handle: bigint): number {
    return this.#wasm.host_length(handle);
  }

  /** Bytes between `address` and the end of the live block that it lies in; 0 outside every block. */
  bytesFrom(address: number): number {
    return this.#wasm.host_bytes_from(address) >>> 0;
  }

  /** A view of a live block, good until the next allocation. */
  view(handle: bigint): Uint8Array<ArrayBuffer> | undefined {
    const length = this.lengthOf(handle);
    if (length < 0) return undefined;
    return this.range(Number(handle), length);
  }

  /** A live block as UTF-8 text. */
  text(handle: bigint): string | undefined {
    const bytes = this.view(handle);
    // Browsers do not decode from shared memory.
    return bytes && decoder.decode(this.#shared ? bytes.slice() : bytes);
  }

  /** Puts data into a new block and returns its handle. */
  store(data: string | Uint8Array): number {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const handle = this.allocate(bytes.byteLength);
    this.range(handle, bytes.byteLength).set(bytes);
    return handle;
  }

  /** A new block, an empty one included. */
  allocate(length: number): number {
    const handle = this.#wasm.host_alloc(length) >>> 0;
    if (handle === 0) {
      throw new PluginError(
        "MEMORY_LIMIT",
        `kernel memory has no room for a block of ${length} bytes: its limit is ${this.#maxPages} pages`,
      );
    }
    return handle;
  }

  free(handle: bigint): void {
    if (this.lengthOf(handle) >= 0) this.#wasm.host_free(Number(handle));
  }

  /** Ends a block that an import has read. */
  consume(handle: bigint): void {
    this.#wasm.host_consume(handle);
  }
}
