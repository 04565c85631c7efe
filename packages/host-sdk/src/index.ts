export { provideKernel } from "./abi/extism/kernel-module.ts";
export {
  bytes,
  type Codec,
  F32,
  F64,
  I32,
  I64,
  json,
  jsonOf,
  optional,
  type Scalar,
  type ScalarType,
  text,
} from "./codecs.ts";
export type { CompiledPlugin } from "./compiled-plugin.ts";
export { type ErrorCode, isPluginError, PluginError, type PluginErrorDetails } from "./errors.ts";
export {
  asyncFunction,
  type CurrentPlugin,
  type DeclaredFunction,
  type FunctionOptions,
  type HostFunction,
  type HostFunctions,
  hostFunction,
  type RawFunction,
  type TypedContext,
  type TypedSignature,
  typedFunction,
} from "./functions.ts";
export { DEFAULT_LIMITS, type Limits, PAGE_BYTES } from "./limits.ts";
export type {
  Manifest,
  ManifestLike,
  WasmData,
  WasmModule,
  WasmPath,
  WasmResponse,
  WasmSource,
  WasmUrl,
} from "./manifest.ts";
export type { CompileOptions, InstantiateOptions, Isolation, PluginOptions, PoolOptions } from "./options.ts";
export { PluginOutput } from "./output.ts";
export type { CallOptions, Plugin, PluginInput, SyncCallOptions } from "./plugin.ts";
export type { PluginPool, PoolStats } from "./plugin-pool.ts";
export type { Config } from "./sandbox/config.ts";
export type {
  Directory,
  File,
  FileStat,
  FileSystem,
  FileTimes,
  FileType,
  OpenFileOptions,
} from "./sandbox/fs/file-system.ts";
export { FileSystemError, type FileSystemErrorCode } from "./sandbox/fs/file-system-error.ts";
export {
  type MemoryFileSystem,
  type MemoryFileSystemOptions,
  memoryFileSystem,
} from "./sandbox/fs/memory/memory-file-system.ts";
export type { Logger, LogLevel } from "./sandbox/log.ts";
export type { CallSystem } from "./sandbox/system/settings.ts";
export type { Vars } from "./sandbox/vars.ts";
export type {
  DeterministicOptions,
  NodeWritableLike,
  WasiInput,
  WasiOptions,
  WasiOutput,
  WritableStreamLike,
} from "./sandbox/wasi/options.ts";
