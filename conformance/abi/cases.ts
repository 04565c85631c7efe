import type { AbiCase } from "./case.ts";
import { functions, limits } from "./cases/boundary.ts";
import { linking } from "./cases/linking.ts";
import { kernel, memory } from "./cases/memory.ts";
import { ourPdk, stockPdk } from "./cases/pdk.ts";
import { errors, exports, results } from "./cases/results.ts";
import { startup } from "./cases/startup.ts";
import { config, log, vars } from "./cases/state.ts";
import { input, output } from "./cases/transfer.ts";
import { wasi } from "./cases/wasi.ts";

/** Every case of the Extism guest ABI. */
export const abiCases: readonly AbiCase[] = [
  ...memory,
  ...kernel,
  ...input,
  ...output,
  ...errors,
  ...results,
  ...exports,
  ...config,
  ...vars,
  ...log,
  ...functions,
  ...startup,
  ...linking,
  ...limits,
  ...wasi,
  ...ourPdk,
  ...stockPdk,
];
