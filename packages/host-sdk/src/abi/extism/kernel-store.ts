import { PAGE_BYTES } from "../../limits.ts";
import { Kernel, type KernelHost, NO_TRANSFER } from "./kernel.ts";

/** Kernels that are kept for the next plugin. */
const MAX_KEPT = 16;
/** One that has grown beyond this is left to the garbage collector. */
const MAX_KEPT_BYTES = 4 * PAGE_BYTES;

const kept: Kernel[] = [];

/**
 * A kernel whose memory is zero, with at most `maxPages`. Making one costs as much as instantiating a small guest,
 * so those of closed plugins are used again.
 */
export function takeKernel(maxPages: number, host: KernelHost): Kernel {
  const index = kept.findLastIndex((kernel) => kernel.serves(maxPages));
  const [kernel] = index < 0 ? [] : kept.splice(index, 1);
  if (!kernel) return new Kernel(maxPages, host);
  kernel.host = host;
  return kernel;
}

/**
 * Keeps a kernel that nobody can reach any more: no guest code will run on it, and who held it has let go of it.
 * Its memory is cleared here.
 */
export function returnKernel(kernel: Kernel): void {
  kernel.host = UNUSED;
  kernel.direct = NO_TRANSFER;
  kernel.reset();
  if (kept.length < MAX_KEPT && kernel.memory.buffer.byteLength <= MAX_KEPT_BYTES) kept.push(kernel);
}

const unused = (): never => {
  throw new TypeError("a kernel was used after its plugin was closed");
};
const UNUSED: KernelHost = { bringInput: unused, badRange: unused };
