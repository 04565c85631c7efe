import { bindExtism, type Capabilities, type CreatePlugin, capabilitiesOf } from "../compat/extism/index.ts";
import { browser } from "../runtime/browser.ts";

export type * from "../compat/extism/index.ts";

const decoder = new TextDecoder();

/** What this platform can do. */
export const CAPABILITIES: Capabilities = capabilitiesOf(browser, false);

export const createPlugin: CreatePlugin = bindExtism({
  runtime: browser,
  capabilities: CAPABILITIES,
  stdout: (chunk) => console.log(decoder.decode(chunk)),
  stderr: (chunk) => console.error(decoder.decode(chunk)),
});

export { createPlugin as newPlugin };
export default createPlugin;
