import { bindExtism, type Capabilities, type CreatePlugin, capabilitiesOf } from "../compat/extism/index.ts";
import { node } from "../runtime/node.ts";
import { startNodeWorker } from "../runtime/node-workers.ts";

export type * from "../compat/extism/index.ts";

/** What this platform can do. */
export const CAPABILITIES: Capabilities = capabilitiesOf(
  node,
  Boolean(process.env["EXTISM_ENABLE_WASI_OUTPUT"]),
);

export const createPlugin: CreatePlugin = bindExtism({
  runtime: node,
  capabilities: CAPABILITIES,
  stdout: (chunk) => process.stdout.write(chunk),
  stderr: (chunk) => process.stderr.write(chunk),
  startWorker: startNodeWorker,
});

export { createPlugin as newPlugin };
export default createPlugin;
