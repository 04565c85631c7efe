import type { CurrentPlugin } from "../../functions.ts";
import { PluginOutput } from "../../output.ts";
import type { Logger, LogLevel } from "../../sandbox/log.ts";
import type { Boundary } from "./boundary.ts";

const encoder = new TextEncoder();

const boundaries = new WeakMap<CurrentPlugin, Boundary>();

/** The boundary behind what a host function was given, for host functions of this package's own. */
export function boundaryOf(plugin: CurrentPlugin): Boundary | undefined {
  return boundaries.get(plugin);
}

/** What host functions of a guest are given to reach its memory, its vars and the context of its call. */
export function createCurrentPlugin(boundary: Boundary): CurrentPlugin {
  const { sandbox } = boundary;
  const plugin: CurrentPlugin = {
    name: sandbox.plugin,
    config: sandbox.config,
    vars: sandbox.vars,
    log: createGuestLogger(boundary),
    get hostContext() {
      return boundary.hostContext;
    },
    read(handle) {
      const block = boundary.kernel.view(toHandle(handle));
      return block ? new PluginOutput(block.slice()) : null;
    },
    store(data) {
      return BigInt(boundary.kernel.store(data instanceof ArrayBuffer ? new Uint8Array(data) : data));
    },
    free(handle) {
      boundary.kernel.free(toHandle(handle));
    },
  };
  boundaries.set(plugin, boundary);
  return plugin;
}

/** A guest with `i32` handles passes numbers, which JavaScript sees as signed. */
function toHandle(handle: bigint | number): bigint {
  return typeof handle === "number" ? BigInt(handle >>> 0) : handle;
}

function createGuestLogger({ sandbox }: Boundary): Logger {
  const at = (level: Exclude<LogLevel, "off">) => (message: string) =>
    sandbox.log.write(level, encoder.encode(message));
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
