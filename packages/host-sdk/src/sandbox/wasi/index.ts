export type { Imports } from "./context.ts";
export { isWasiExit, WasiExit } from "./exit.ts";
export type { WasiOptions } from "./options.ts";
export { createWasi, type Wasi, type WasiCall, type WasiSettings } from "./wasi.ts";
