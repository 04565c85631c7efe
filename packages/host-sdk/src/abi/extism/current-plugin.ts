import type { CurrentPlugin } from "../../functions.ts";
import { PluginOutput } from "../../output.ts";
import type { LogLevel, Logger } from "../../sandbox/log.ts";
import type { Boundary } from "./boundary.ts";

const encoder = new TextEncoder();

/** What host functions of a guest are given to reach its memory, its vars and the context of its call. */
export function createCurrentPlugin(boundary: Boundary): CurrentPlugin {
  const { kernel, sandbox } = boundary;
  return {
    name: sandbox.plugin,
    config: sandbox.config,
    vars: sandbox.vars,
    log: createGuestLogger(boundary),
    get hostContext() {
      return boundary.hostContext;
    },
    read(handle) {
      const block = kernel.view(toHandle(handle));
      return block ? new PluginOutput(block.slice()) : null;
    },
    store(data) {
      return BigInt(kernel.store(data instanceof ArrayBuffer ? new Uint8Array(data) : data));
    },
    free(handle) {
      kernel.free(toHandle(handle));
    },
  };
}

/** A guest with `i32` handles passes numbers, which JavaScript sees as signed. */
function toHandle(handle: bigint | number): bigint {
  return typeof handle === "number" ? BigInt(handle >>> 0) : handle;
}

function createGuestLogger({ sandbox }: Boundary): Logger {
  const at = (level: Exclude<LogLevel, "off">) => (message: string) => sandbox.log.write(level, encoder.encode(message));
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
