import { canSuspend } from "../../abi/suspension.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Capabilities } from "./types.ts";

/** What a platform can do. */
export function capabilitiesOf(runtime: Runtime, wasiOutputRequested: boolean): Capabilities {
  const hasWorkers = runtime.workers !== undefined && typeof SharedArrayBuffer === "function";
  return {
    supportsJSPromiseInterface: canSuspend(),
    allowSharedBufferCodec: false,
    manifestSupportsPaths: runtime.readFile !== undefined,
    crossOriginChecksEnforced: runtime.name === "browser",
    fsAccess: runtime.files !== undefined,
    hasWorkerCapability: hasWorkers,
    supportsWasiPreview1: true,
    supportsTimeouts: hasWorkers,
    extismStdoutEnvVarSet: wasiOutputRequested,
  };
}
