import { asking, everyday } from "../guests.ts";
import type { Options, Plugin, Sdk } from "../sdks.ts";

/** A program for the JavaScript SDK: it ends the same, whichever of the two packages it imports. */
export interface Program {
  readonly name: string;
  run(sdk: Sdk, runInWorker: boolean): Promise<unknown>;
  /** Only whether it fails is compared: the messages differ. */
  readonly ownMessage?: true;
  /** Runs on the caller's thread only. */
  readonly threadOnly?: true;
}

/** Creates a plugin, uses it, closes it. */
export async function using<T>(
  sdk: Sdk,
  manifest: Parameters<Sdk["createPlugin"]>[0],
  options: Options,
  use: (plugin: Plugin) => Promise<T>,
): Promise<T> {
  const plugin = await sdk.createPlugin(manifest, options);
  try {
    return await use(plugin);
  } finally {
    await plugin.close();
  }
}

export function onEveryday(
  name: string,
  use: (plugin: Plugin) => Promise<unknown>,
  options: Options = {},
): Program {
  return {
    name,
    run: (sdk, runInWorker) => using(sdk, { wasm: [{ data: everyday }] }, { ...options, runInWorker }, use),
  };
}

export function onAsking(
  name: string,
  ask: (context: Context, handle: bigint) => unknown,
  use: (plugin: Plugin) => Promise<unknown>,
): Program {
  const functions = { "extism:host/user": { ask } };
  return {
    name,
    run: (sdk, runInWorker) => using(sdk, { wasm: [{ data: asking }] }, { functions, runInWorker }, use),
  };
}

export type Context = Parameters<NonNullable<Options["functions"]>[string][string]>[0];

export const text = async (
  plugin: Plugin,
  name: string,
  input?: string | number | Uint8Array,
  context?: unknown,
) => (await plugin.call(name, input, context))?.text() ?? null;

export const ignoringErrors = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    () => "failed",
  );
