import type { HostFunctions } from "../functions.ts";
import type { Limits } from "../limits.ts";
import type { ReentryScope } from "../reentry.ts";
import type { Config } from "./config.ts";
import type { HttpClient } from "./http/index.ts";
import type { Log } from "./log.ts";
import type { SystemServer } from "./system/caller.ts";
import type { Exchange, System } from "./system/settings.ts";
import type { Vars } from "./vars.ts";

/** All that a plugin can reach: what is not in here, it does not have. It outlives the instances of the plugin. */
export interface Sandbox {
  readonly plugin: string;
  readonly limits: Limits;
  readonly config: Config;
  readonly vars: Vars;
  readonly log: Log;
  readonly functions: HostFunctions;
  readonly http: HttpClient;
  /** Runs host functions such that calls from inside them can be told, where the stack does not tell. */
  readonly scope?: ReentryScope | undefined;
  /**
   * Makes the system of a new instance; absent when no module imports it. `exchange` reaches the caller's thread,
   * where that is another one.
   */
  readonly createSystem?: ((exchange: Exchange | undefined) => System) | undefined;
  /** Makes the caller's side of a system whose guest runs in a worker. */
  readonly createSystemServer?: (() => SystemServer) | undefined;
}
