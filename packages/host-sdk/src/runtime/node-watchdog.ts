import { Script } from "node:vm";
import type { Guard } from "../abi/abi.ts";
import { PluginError } from "../errors.ts";

const SLOT = Symbol.for("mortise.watchdog");
const holder = globalThis as { [SLOT]?: (() => unknown) | undefined };
let script: Script | undefined;

/**
 * A guard that interrupts whatever runs longer than `timeoutMs`, loops of wasm included: V8's watchdog, which
 * `node:vm` arms. It interrupts any JavaScript on the stack too, without running `catch` or `finally` there.
 */
export function createWatchdog(timeoutMs: number): Guard {
  return (run) => {
    script ??= new Script("globalThis[Symbol.for('mortise.watchdog')]()", { filename: "mortise:watchdog" });
    const outer = holder[SLOT];
    holder[SLOT] = run;
    try {
      return script.runInThisContext({ timeout: timeoutMs }) as ReturnType<typeof run>;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw new PluginError("TIMEOUT", `ran longer than ${timeoutMs} ms`);
    } finally {
      holder[SLOT] = outer;
    }
  };
}
