import { type BoundApi, bindRuntime } from "../compiled-plugin.ts";
import { browser } from "../runtime/browser.ts";

export * from "../index.ts";

const api: BoundApi = bindRuntime(browser);

export const createPlugin: BoundApi["createPlugin"] = api.createPlugin;
export const compilePlugin: BoundApi["compilePlugin"] = api.compilePlugin;
export const createPool: BoundApi["createPool"] = api.createPool;
export default createPlugin;
