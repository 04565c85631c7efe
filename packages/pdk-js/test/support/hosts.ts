import createExtismPlugin, { type CurrentPlugin } from "@extism/extism";
import { createPlugin, isPluginError } from "@mortise/host-sdk";

export type RawFunction = (host: RawHost, ...args: (number | bigint)[]) => number | bigint | undefined;

/** What a test's host function may do, on every host. */
interface RawHost {
  read(handle: bigint): Uint8Array;
  store(bytes: Uint8Array | string): bigint;
}

export interface OpenOptions {
  readonly config?: Record<string, string>;
  readonly functions?: Record<string, Record<string, RawFunction>>;
  readonly allowedHosts?: string[];
  readonly log?: (level: string, text: string) => void;
  readonly maxPages?: number;
}

export interface OpenedPlugin {
  /** The output, or a rejection whose message is the host's error text. */
  call(name: string, input?: Uint8Array | string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface Host {
  readonly name: string;
  open(wasm: Uint8Array, options?: OpenOptions): Promise<OpenedPlugin>;
}

const LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

function loggerOf(log: NonNullable<OpenOptions["log"]>) {
  const [trace, debug, info, warn, error] = LEVELS.map((level) => (text: string) => log(level, text));
  return { trace: trace!, debug: debug!, info: info!, warn: warn!, error: error! };
}

const mortise: Host = {
  name: "@mortise/host-sdk",
  async open(wasm, { config, functions, allowedHosts, log, maxPages } = {}) {
    const plugin = await createPlugin(wasm, {
      ...(config === undefined ? {} : { config }),
      ...(allowedHosts === undefined
        ? {}
        : { allowedHosts, allowHttpResponseHeaders: true, allowPrivateNetwork: true }),
      ...(log === undefined ? {} : { logger: loggerOf(log), logLevel: "trace" as const }),
      ...(maxPages === undefined ? {} : { memory: { maxPages } }),
      functions: mapFunctions(
        functions,
        (run) =>
          (
            current: {
              read(h: bigint): { bytes(): Uint8Array } | null;
              store(b: Uint8Array | string): bigint;
            },
            ...args: (number | bigint)[]
          ) =>
            run(
              {
                read: (handle) => current.read(handle)?.bytes() ?? new Uint8Array(),
                store: (bytes) => current.store(bytes),
              },
              ...args,
            ),
      ),
    });
    return {
      call: async (name, input) => (await plugin.call(name, input)).bytes(),
      close: async () => void (await plugin.close()),
    };
  },
};

const extism: Host = {
  name: "@extism/extism",
  async open(wasm, { config = {}, functions, allowedHosts = [], log, maxPages } = {}) {
    const plugin = await createExtismPlugin(
      { wasm: [{ data: Uint8Array.from(wasm) }] },
      {
        useWasi: true,
        config,
        allowedHosts,
        allowHttpResponseHeaders: true,
        runInWorker: allowedHosts.length > 0,
        memory: { maxPages },
        ...(log === undefined ? {} : { logger: loggerOf(log) as unknown as Console, logLevel: "trace" }),
        functions: mapFunctions(
          functions,
          (run) =>
            (current: CurrentPlugin, ...args: (number | bigint)[]) =>
              run(
                {
                  read: (handle) => current.read(handle)?.bytes() ?? new Uint8Array(),
                  store: (bytes) => current.store(bytes),
                },
                ...args,
              ),
        ),
      },
    );
    return {
      call: async (name, input) => Uint8Array.from((await plugin.call(name, input))?.bytes() ?? []),
      close: () => plugin.close(),
    };
  },
};

/** Our own host, and the peer that runs the same files. */
export const hosts: readonly Host[] = [mortise, extism];
export { extism, mortise };

function mapFunctions<T>(
  namespaces: OpenOptions["functions"] = {},
  adapt: (run: RawFunction) => T,
): Record<string, Record<string, T>> {
  return Object.fromEntries(
    Object.entries(namespaces).map(([namespace, functions]) => [
      namespace,
      Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, adapt(run)])),
    ]),
  );
}

/** The code of one of our errors; undefined on hosts without codes. */
export function codeOf(thrown: unknown): string | undefined {
  return isPluginError(thrown) ? thrown.code : undefined;
}
