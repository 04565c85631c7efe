import { unlessAborted } from "../../abort.ts";
import { type ErrorCode, isPluginError, PluginError } from "../../errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { CallInput, NO_BYTES } from "./call-input.ts";
import { type Dialect, STANDARD } from "./dialect.ts";
import { guardImport, type ImportFunction } from "./guard.ts";
import { Kernel } from "./kernel.ts";
import { returnKernel, takeKernel } from "./kernel-store.ts";

/**
 * From here on an output leaves a worker by a transfer of its bytes: copies into and out of shared memory are slower
 * than others, and cost more than a message.
 */
const TRANSFER_BYTES = 64 * 1024;

/** How an import is guarded. */
export interface GuardOptions {
  /** Code of what it throws, unless that is a `PluginError`. Default `HOST_FUNCTION_FAILED`. */
  readonly code?: ErrorCode;
  /** Checks what it returned. */
  readonly settle?: (value: unknown) => unknown;
  /** Whether what it threw is no failure, and goes on as it is. */
  readonly passes?: (thrown: unknown) => boolean;
}

/** A kernel memory that the caller's thread and the guest's use in turn. */
export interface SharedKernel {
  readonly memory: WebAssembly.Memory;
  /** The caller's side places the input, takes the output and clears the memory. */
  readonly side: "caller" | "guest";
}

/** What a call brings along. */
export interface CallValues {
  readonly input: Uint8Array | string;
  readonly hostContext: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The line between one guest and its host: the kernel, the sandbox, and what belongs to the running call. All of it
 * lies outside the guest's reach.
 */
export class Boundary {
  #kernel: Kernel | undefined;
  readonly sandbox: Sandbox;
  readonly dialect: Dialect;
  readonly input: CallInput = new CallInput();
  hostContext: unknown;
  /** The output, when the guest handed it over by direct transfer. */
  output: Uint8Array<ArrayBuffer> = NO_BYTES;
  /**
   * The first failure of a host function or an import. A guest may catch the exception; it gets no further import
   * served, and the call fails with this all the same.
   */
  failure: PluginError | undefined;

  /** Ends the waiting of asynchronous imports. */
  signal: AbortSignal | undefined;
  readonly #side: "both" | SharedKernel["side"];
  /** Where this call's output lies for the caller's side; 0 for nowhere. */
  #outputBlock = 0n;

  /** @param shared where the guest runs on another thread than its caller, and this is one of the two sides */
  constructor(sandbox: Sandbox, shared?: SharedKernel, dialect: Dialect = STANDARD) {
    this.sandbox = sandbox;
    this.dialect = dialect;
    this.#side = shared?.side ?? "both";
    const host = {
      bringInput: () => this.#bringInput(),
      badRange: (offset: bigint, length: bigint): never => {
        throw this.trap(
          `output_set or input_set names a range outside kernel memory: ${length} bytes at ${offset}`,
        );
      },
    };
    const maxPages = dialect.kernelPages ?? sandbox.limits.maxPages;
    this.#kernel = shared ? new Kernel(maxPages, host, shared.memory) : takeKernel(maxPages, host);
  }

  /** @throws {PluginError} `PLUGIN_CLOSED` once the kernel was let go: host functions may still hold this boundary */
  get kernel(): Kernel {
    const kernel = this.#kernel;
    if (kernel) return kernel;
    throw new PluginError("PLUGIN_CLOSED", `plugin ${this.sandbox.plugin} was closed`, {
      plugin: this.sandbox.plugin,
    });
  }

  /** Lets go of the kernel. Only for a guest whose code will never run again, and that ended in good order. */
  release(): void {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    if (kernel && this.#side === "both") returnKernel(kernel);
  }

  /** Whether the output is left in kernel memory, for the caller's side to take. */
  get leavesOutput(): boolean {
    return this.#side === "guest";
  }

  /** Starts a call. The input waits until the guest asks for it, unless another thread is to read it. */
  begin(call: CallValues): void {
    this.failure = undefined;
    this.#outputBlock = 0n;
    this.hostContext = call.hostContext;
    this.signal = call.signal;
    this.sandbox.log.beginCall();
    if (this.#side === "caller") {
      this.kernel.beginWith(call.input);
    } else if (this.#side === "both") {
      this.input.set(call.input);
      this.kernel.begin(this.input.byteLength);
    }
  }

  /** Ends a call: forgets its input, output and blocks. */
  end(): void {
    this.input.clear();
    this.hostContext = undefined;
    this.signal = undefined;
    this.output = NO_BYTES;
    if (this.#side !== "guest") this.kernel.reset();
  }

  /** Copies an output out of guest memory: for the caller, or to where the caller's side finds it. */
  takeOutput(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#side === "guest") {
      this.kernel.free(this.#outputBlock); // so that a guest's many outputs take the room of one
      this.#outputBlock = 0n;
      if (bytes.byteLength < TRANSFER_BYTES) {
        this.#outputBlock = this.kernel.setOutput(bytes);
        return;
      }
    }
    this.output = bytes.slice();
    this.kernel.outputTaken(bytes.byteLength);
  }

  #bringInput(): number {
    const { input, kernel } = this;
    try {
      const address = kernel.allocate(input.byteLength);
      input.copyTo(kernel.bytes, address, 0, input.byteLength);
      return address;
    } catch (error) {
      throw this.fail(error, "input");
    }
  }

  /** Records the first failure of this call and returns what to throw. */
  fail(error: unknown, label: string, code: ErrorCode = "HOST_FUNCTION_FAILED"): PluginError {
    this.failure ??= isPluginError(error)
      ? error
      : new PluginError(code, `${label}: ${messageOf(error)}`, { cause: error });
    return this.failure;
  }

  /** Records that the guest used the ABI in a way that ends its call. */
  trap(message: string): PluginError {
    return this.fail(new PluginError("TRAP", message), "");
  }

  /** Makes an import refuse service after a failure, and record its own. */
  guard(label: string, run: ImportFunction, options: GuardOptions = {}): ImportFunction {
    return guardImport(run, {
      check: () => {
        if (this.failure) throw this.failure;
      },
      settle: options.settle ?? identity,
      fail: (error) => (options.passes?.(error) ? error : this.fail(error, label, options.code)),
    });
  }

  /** Like {@link guard}, for an import that returns a promise. */
  guardAsync(label: string, run: ImportFunction, { code }: GuardOptions = {}): ImportFunction {
    return async (...args) => {
      if (this.failure) throw this.failure;
      try {
        return await unlessAborted(run(...args), this.signal);
      } catch (error) {
        throw this.fail(error, label, code);
      }
    };
  }
}

function identity(value: unknown): unknown {
  return value;
}

/** What was thrown, in words. Host functions can throw anything, also what cannot be made a string. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return "what was thrown cannot be described";
  }
}
