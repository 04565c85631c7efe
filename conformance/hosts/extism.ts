import createPlugin, { type CurrentPlugin, type ExtismPluginOptions, type Plugin } from "@extism/extism";
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

/** The peer: `@extism/extism`, the JavaScript SDK of Extism. */
export const extism: Host = {
  name: "@extism/extism",
  hasCodes: false,
  async open(modules, settings) {
    const { logger, takeLog } = recordLog();
    try {
      const plugin = await createPlugin(manifestOf(modules), optionsOf(settings, logger));
      return {
        call: (name, input) => call(plugin, name, input),
        takeLog,
        close: () => plugin.close(),
      } satisfies OpenPlugin;
    } catch (error) {
      return failureOf(error);
    }
  },
};

function manifestOf(modules: readonly GuestModule[]) {
  return { wasm: modules.map(({ name, wasm }) => ({ data: wasm, ...(name === undefined ? {} : { name }) })) };
}

function optionsOf(settings: PluginSettings, logger: object): ExtismPluginOptions {
  const level = settings.logLevel === "off" ? "silent" : settings.logLevel;
  return {
    logger: logger as Console,
    config: { ...settings.config },
    memory: { maxPages: settings.maxPages, maxVarBytes: settings.maxVarBytes },
    useWasi: settings.wasi ?? false,
    functions: mapFunctions(settings.functions ?? {}),
    ...(level === undefined ? {} : { logLevel: level }),
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
    const output = await plugin.call(name, input);
    return { output: output?.bytes() ?? new Uint8Array() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function failureOf(error: unknown): Failure {
  return { message: error instanceof Error ? error.message : String(error) };
}
