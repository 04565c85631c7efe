import { type BoundApi, bindRuntime } from "../compiled-plugin.ts";
import { node } from "../runtime/node.ts";

export * from "../index.ts";

const api: BoundApi = bindRuntime(node);

export const createPlugin: BoundApi["createPlugin"] = api.createPlugin;
export const compilePlugin: BoundApi["compilePlugin"] = api.compilePlugin;
export const createPool: BoundApi["createPool"] = api.createPool;
export default createPlugin;
