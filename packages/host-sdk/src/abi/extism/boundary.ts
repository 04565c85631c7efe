import { isPluginError, PluginError, type ErrorCode } from "../../errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { CallInput, NO_BYTES } from "./call-input.ts";
import { Kernel } from "./kernel.ts";

/** Any function that wasm imports. */
// biome-ignore lint/suspicious/noExplicitAny: wasm passes numbers and bigints, as each import's signature says
export type ImportFunction = (...args: any[]) => unknown;

/**
 * The line between one guest and its host: the kernel, the sandbox, and what belongs to the running call. All of it
 * lies outside the guest's reach.
 */
export class Boundary {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly input: CallInput = new CallInput();
  hostContext: unknown;
  /** The output, when the guest handed it over by direct transfer. */
  output: Uint8Array<ArrayBuffer> = NO_BYTES;
  /**
   * The first failure of a host function or an import. A guest may catch the exception; it gets no further import
   * served, and the call fails with this all the same.
   */
  failure: PluginError | undefined;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.kernel = new Kernel(sandbox.limits.maxPages, {
      bringInput: () => this.#bringInput(),
      badRange: (offset, length) => {
        throw this.trap(`output_set or input_set names a range outside kernel memory: ${length} bytes at ${offset}`);
      },
    });
  }

  /** Starts a call. */
  begin(input: Uint8Array | string, hostContext: unknown): void {
    this.input.set(input);
    this.hostContext = hostContext;
    this.sandbox.log.beginCall();
    this.kernel.begin(this.input.byteLength);
  }

  /** Ends a call: forgets its input, output and blocks. */
  end(): void {
    this.input.clear();
    this.hostContext = undefined;
    this.output = NO_BYTES;
    this.kernel.reset();
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
  guard<F extends ImportFunction>(label: string, run: F, code?: ErrorCode): F {
    const guarded = (...args: Parameters<F>) => {
      if (this.failure) throw this.failure;
      try {
        return run(...args);
      } catch (error) {
        throw this.fail(error, label, code);
      }
    };
    return guarded as F;
  }

  /** Like {@link guard}, for an import that returns a promise. */
  guardAsync<F extends ImportFunction>(label: string, run: F, code?: ErrorCode): (...args: Parameters<F>) => Promise<unknown> {
    return async (...args) => {
      if (this.failure) throw this.failure;
      try {
        return await run(...args);
      } catch (error) {
        throw this.fail(error, label, code);
      }
    };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
