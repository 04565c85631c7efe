const brand = Symbol.for("mortise.WasiExit");

/** What `proc_exit` throws, to unwind the guest. An exit with code 0 is success. */
export class WasiExit extends Error {
  override readonly name = "WasiExit";
  /** The exit code, an unsigned 32-bit number. */
  readonly code: number;

  constructor(code: number) {
    super(`the guest exited with code ${code}`);
    this.code = code;
  }

  static {
    Object.defineProperty(WasiExit.prototype, brand, { value: true });
  }
}

/** Whether an error is a {@link WasiExit}, from whichever copy of this package it came. */
export function isWasiExit(value: unknown): value is WasiExit {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
