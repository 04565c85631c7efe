/** Bytes in a WebAssembly page (WebAssembly core specification, 4.2.8). */
export const PAGE_BYTES = 65_536;

/** Modules in one manifest, at the most. It bounds what a hostile manifest makes the host fetch. */
export const MAX_MODULES = 128;

const MIB = 1024 * 1024;

/**
 * What one plugin may use at the most. Every resource has a limit; each is an option.
 */
export interface Limits {
  /** Cap of each memory by itself, the kernel's included, in 64 KiB pages. Default 16,384 (1 GiB). */
  readonly maxPages: number;
  /** Cap of each table, in entries. Default 1,000,000. */
  readonly maxTableEntries: number;
  /** Largest module that is read, in bytes. Default 64 MiB. */
  readonly maxModuleBytes: number;
  /** Largest output of a call, in bytes. Default 256 MiB. */
  readonly maxOutputBytes: number;
  /** Longest log line, in bytes; the rest of the line is cut. Default 64 KiB. */
  readonly maxLogLineBytes: number;
  /** Log of one call, in bytes; a call that writes more fails with `OUTPUT_LIMIT`. Default 1 MiB. */
  readonly maxLogBytes: number;
  /** Keys plus values of all vars, in bytes; 0 disables vars. Default 1 MiB. */
  readonly maxVarBytes: number;
  /** Largest body of an HTTP response after decompression, in bytes. Default 50 MiB. */
  readonly maxHttpResponseBytes: number;
}

/** The limits of a plugin whose manifest and options say nothing. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxPages: 16_384,
  maxTableEntries: 1_000_000,
  maxModuleBytes: 64 * MIB,
  maxOutputBytes: 256 * MIB,
  maxLogLineBytes: 64 * 1024,
  maxLogBytes: MIB,
  maxVarBytes: MIB,
  maxHttpResponseBytes: 50 * MIB,
});

/** Limits by name; `null` and `undefined` say nothing. */
export type PartialLimits = { readonly [Name in keyof Limits]?: number | null | undefined };

/**
 * The defaults, with what each layer says over the layers before it.
 * @throws {TypeError} for an unknown name, and for what is not an integer of at least 0
 */
export function effectiveLimits(...layers: readonly (PartialLimits | undefined)[]): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer ?? {}))) {
    if (!Object.hasOwn(limits, name)) throw new TypeError(`unknown limit ${name}`);
    if (value === null || value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 0)
      throw new TypeError(`limit ${name} must be an integer of at least 0`);
    limits[name as keyof Limits] = value;
  }
  return Object.freeze(limits);
}
