import type { DescriptorTable } from "./descriptors.ts";
import { toErrno } from "./errno.ts";
import type { FileIdentity } from "./file-identity.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { RandomSource } from "./random.ts";
import type { TimeSource } from "./time.ts";

/** What the imports of one plugin instance work on, whichever of its modules calls. */
export interface WasiContext {
  readonly descriptors: DescriptorTable;
  readonly time: TimeSource;
  readonly random: RandomSource;
  readonly identity: FileIdentity;
  readonly env: readonly Uint8Array[];
  /** Arguments of the call that runs. */
  args: readonly Uint8Array[];
  /** When the running call must end, on the clock of `performance.now()`. */
  deadline: number | undefined;
}

/** An import as it is written here: parameters as WebAssembly passes them; the result is an error number, 0 if absent. */
// biome-ignore lint/suspicious/noConfusingVoidType: imports that cannot fail return nothing
export type Import = (...params: never[]) => number | void;

/** Imports by name. */
export type Imports = Record<string, Import>;

/** A group of imports for one module. */
export type ImportGroup = (context: WasiContext, memory: GuestMemory) => Imports;

/** Turns what an import throws into an error number. */
export function guarded(fn: Import): (...params: never[]) => number {
  return (...params) => {
    try {
      return fn(...params) ?? 0;
    } catch (error) {
      return toErrno(error);
    }
  };
}
