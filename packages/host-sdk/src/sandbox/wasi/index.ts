export type { Imports } from "./context.ts";
export { isWasiExit, WasiExit } from "./exit.ts";
export type {
  DeterministicOptions,
  NodeWritableLike,
  WasiInput,
  WasiOptions,
  WasiOutput,
  WritableStreamLike,
} from "./options.ts";
export type { Sleep } from "./time.ts";
export { createWasi, type Wasi, type WasiCall, type WasiSettings } from "./wasi.ts";
