import { PluginError } from "../../errors.ts";
import { DIRECT_BASE64, KERNEL_BASE64 } from "./kernel.generated.ts";

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
  output_offset(): bigint;
  output_length(): bigint;
  input_length(): bigint;
  host_input_at(): number;
  reset(): void;
}

/** What the kernel asks of its host. */
export interface KernelHost {
  /** Puts the input into a block and returns its address. */
  bringInput(): number;
  /** A guest named a range outside kernel memory. Throws. */
  badRange(offset: bigint, length: bigint): never;
}

/** The bits of {@link Kernel.outcome}. */
export const OUTCOME = { error: 1, output: 2, outputWithHost: 4 } as const;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

let compiled: { readonly kernel: WebAssembly.Module; readonly direct: WebAssembly.Module } | undefined;

function modules() {
  compiled ??= { kernel: moduleFromBase64(KERNEL_BASE64), direct: moduleFromBase64(DIRECT_BASE64) };
  return compiled;
}

/** Both modules are under 4 KiB, which every browser compiles synchronously on its main thread. */
function moduleFromBase64(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

/** The compiled module that gives direct transfer its signatures (kernel/direct.ts). */
export function directModule(): WebAssembly.Module {
  return modules().direct;
}

/**
 * The memory through which host and guest exchange blocks, and the wasm module that manages it.
 * A handle is the byte offset of a block; `0` is none.
 */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  /** What guests import from `extism:host/env`, straight from wasm to wasm. */
  readonly imports: WebAssembly.Exports;
  readonly #wasm: KernelExports;
  readonly #maxPages: number;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(maxPages: number, host: KernelHost) {
    // 65,535 and not 65,536 pages, so that every address and length of the kernel fits 32 bits.
    this.#maxPages = Math.min(maxPages, 65_535);
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: this.#maxPages });
    const instance = new WebAssembly.Instance(modules().kernel, {
      env: { memory: this.memory },
      host: { bring_input: () => host.bringInput(), bad_range: (o: bigint, n: bigint) => host.badRange(o, n) },
    });
    this.imports = instance.exports;
    this.#wasm = instance.exports as unknown as KernelExports;
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#wasm.host_initialise();
  }

  /** All of kernel memory, as it is now; growing replaces it. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const buffer = this.memory.buffer;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    return this.#bytes;
  }

  /** Whether this call met the limit: an allocation was refused, or the memory cannot grow any more. */
  get exhausted(): boolean {
    return this.#wasm.host_refused() !== 0 || this.memory.buffer.byteLength >= this.#maxPages * 65_536;
  }

  /** Starts a call with an input of `length` bytes, which stays with the host until the guest asks for it. */
  begin(length: number): void {
    this.#wasm.host_begin(length);
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
    return Number(this.#wasm.input_length());
  }

  /** Address of the input in kernel memory; 0 while it is with the host. */
  inputAt(): number {
    return this.#wasm.host_input_at() >>> 0;
  }

  outputLength(): number {
    return Number(this.#wasm.output_length());
  }

  /** Copies the output that lies in this memory. */
  output(): Uint8Array<ArrayBuffer> {
    const start = Number(this.#wasm.output_offset());
    return this.bytes.slice(start, start + this.outputLength());
  }

  /** Tells the kernel that the host has taken an output of `length` bytes. */
  outputTaken(length: number): void {
    this.#wasm.host_output(length);
  }

  /** The text that the guest set as its error. */
  errorText(): string {
    const handle = this.#wasm.host_error() >>> 0;
    return this.text(BigInt(handle)) ?? "(the plugin set an error whose text is not in a live block)";
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
    const start = Number(handle);
    return this.bytes.subarray(start, start + length);
  }

  /** A live block as UTF-8 text. */
  text(handle: bigint): string | undefined {
    const bytes = this.view(handle);
    return bytes && decoder.decode(bytes);
  }

  /** Puts data into a new block and returns its handle. */
  store(data: string | Uint8Array): number {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const handle = this.allocate(bytes.byteLength);
    this.bytes.set(bytes, handle);
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
