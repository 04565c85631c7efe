/**
 * The library for plugins: what `import { … } from "@mortise/pdk-js"` gives to a plugin's source.
 *
 * @packageDocumentation
 */

export type { BytesLike } from "./bytes.ts";
export { Config } from "./config.ts";
export { error, PluginFailure } from "./error.ts";
export {
  type HostFunctionSignature,
  type HostParam,
  type HostResult,
  hostFunction,
} from "./host-function.ts";
export { Http, type HttpRequest, HttpResponse } from "./http.ts";
export { input, inputJson, inputString } from "./input.ts";
export { allocate, Memory } from "./memory.ts";
export { inputMsgpack, outputMsgpack } from "./msgpack.ts";
export { output, outputJson, outputString } from "./output.ts";
export { Var } from "./vars.ts";
