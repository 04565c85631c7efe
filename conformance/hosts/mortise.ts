import {
  type CurrentPlugin,
  createPlugin,
  type Isolation,
  isPluginError,
  type Plugin,
  type PluginOptions,
} from "@mortise/host-sdk";
import type {
  Failure,
  GuestModule,
  Host,
  HostCall,
  HostFunction,
  OpenPlugin,
  Outcome,
  PluginSettings,
} from "./host.ts";
import { recordLog } from "./log-recorder.ts";

/** Our own host SDK, on the caller's thread. */
export const mortise: Host = createHost("@mortise/host-sdk", "thread");

/** The same, with every plugin in a worker of its own. */
export const mortiseInWorker: Host = createHost("@mortise/host-sdk in a worker", "worker");

function createHost(name: string, isolation: Isolation): Host {
  return {
    name,
    hasCodes: true,
    async open(modules, settings) {
      const { logger, takeLog } = recordLog();
      try {
        const plugin = await createPlugin(manifestOf(modules), { logger, isolation, ...optionsOf(settings) });
        return {
          call: (exported, input) => call(plugin, exported, input),
          takeLog,
          close: () => plugin.close(),
        } satisfies OpenPlugin;
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

function manifestOf(modules: readonly GuestModule[]) {
  return { wasm: modules.map(({ name, wasm }) => ({ data: wasm, ...(name === undefined ? {} : { name }) })) };
}

function optionsOf({ config, functions, maxPages, maxVarBytes, logLevel }: PluginSettings): PluginOptions {
  return {
    ...(config === undefined ? {} : { config }),
    ...(functions === undefined ? {} : { functions: mapFunctions(functions) }),
    ...(logLevel === undefined ? {} : { logLevel }),
    memory: {
      ...(maxPages === undefined ? {} : { maxPages }),
      ...(maxVarBytes === undefined ? {} : { maxVarBytes }),
    },
  };
}

function mapFunctions(namespaces: NonNullable<PluginSettings["functions"]>) {
  return Object.fromEntries(
    Object.entries(namespaces).map(([namespace, functions]) => [
      namespace,
      Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, adapt(run)])),
    ]),
  );
}

function adapt(run: HostFunction) {
  return (current: CurrentPlugin, ...args: (number | bigint)[]) => {
    const host: HostCall = {
      read: (handle) => current.read(handle)?.bytes() ?? new Uint8Array(),
      store: (bytes) => current.store(bytes),
    };
    return run(host, ...args);
  };
}

async function call(plugin: Plugin, name: string, input?: Uint8Array | string): Promise<Outcome> {
  try {
    return { output: (await plugin.call(name, input)).bytes() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** An error that is no `PluginError` keeps its name as its code, so that no case can mistake it for one. */
function failureOf(error: unknown): Failure {
  if (!isPluginError(error)) return { code: `not a PluginError: ${String(error)}`, message: String(error) };
  const { code, message, exitCode } = error;
  return { code, message, ...(exitCode === undefined ? {} : { exitCode }) };
}
