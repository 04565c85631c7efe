import { shareImportedMemory } from "../../wasm/share-memory.ts";
import { KERNEL_BASE64 } from "./kernel.generated.ts";

/** Pages of a 32-bit memory. */
export const ADDRESSABLE_PAGES: number = 65_536;

interface KernelModules {
  readonly kernel: WebAssembly.Module;
  /** The same kernel over a shared memory. */
  readonly shared: WebAssembly.Module;
}

const modules: { -readonly [Name in keyof KernelModules]?: WebAssembly.Module } = {};

/** Both are under 4 KiB, which every browser compiles synchronously on its main thread. Compiled at the first use. */
export function kernelModule(name: keyof KernelModules): WebAssembly.Module {
  modules[name] ??= new WebAssembly.Module(kernelBytes(name));
  return modules[name];
}

function kernelBytes(name: keyof KernelModules): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(KERNEL_BASE64), (char) => char.charCodeAt(0));
  return name === "shared" ? shareImportedMemory(bytes, ADDRESSABLE_PAGES) : bytes;
}

/**
 * Gives the kernel as a compiled module (`@mortise/host-sdk/kernel.wasm`), on platforms that compile no bytes at run
 * time. Call it once, before the first plugin.
 */
export function provideKernel(module: WebAssembly.Module): void {
  modules.kernel = module;
}
