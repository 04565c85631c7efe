export { capabilitiesOf } from "./capabilities.ts";
export { bindExtism, type CreatePlugin } from "./create-plugin.ts";
export type {
  Manifest,
  ManifestLike,
  ManifestWasm,
  ManifestWasmData,
  ManifestWasmModule,
  ManifestWasmPath,
  ManifestWasmResponse,
  ManifestWasmUrl,
  MemoryOptions,
} from "./manifest-types.ts";
export type {
  CallContext,
  CallContext as CurrentPlugin,
  Capabilities,
  ExtismPluginOptions,
  LogLevel,
  Plugin,
  PluginConfig,
  PluginConfigLike,
  PluginOutput,
} from "./types.ts";
