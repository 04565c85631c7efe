import { BuildError, type BuildPluginOptions, type BuildResult, buildPlugin } from "@mortise/pdk-js/compiler";
import type { Host, OpenedPlugin, OpenOptions } from "./hosts.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Builds a plugin from TypeScript in a test. */
export function build(
  code: string,
  options: Omit<BuildPluginOptions, "code" | "entry"> = {},
): Promise<BuildResult> {
  return buildPlugin({ code, ...options });
}

/** The error of a build that must fail. */
export async function buildFailure(
  code: string,
  options: Omit<BuildPluginOptions, "code" | "entry"> = {},
): Promise<BuildError> {
  try {
    await build(code, options);
  } catch (thrown) {
    if (thrown instanceof BuildError) return thrown;
    throw thrown;
  }
  throw new TypeError("the plugin was built, although it should not");
}

export interface TextPlugin {
  text(name: string, input?: Uint8Array | string): Promise<string>;
  bytes(name: string, input?: Uint8Array | string): Promise<Uint8Array>;
  /** The error text of a call that must fail. */
  failure(name: string, input?: Uint8Array | string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a plugin and speaks text with it. */
export async function open(host: Host, wasm: Uint8Array, options?: OpenOptions): Promise<TextPlugin> {
  const plugin: OpenedPlugin = await host.open(wasm, options);
  return {
    text: async (name, input) => decoder.decode(await plugin.call(name, input)),
    bytes: (name, input) => plugin.call(name, input),
    failure: async (name, input) => {
      const outcome = await plugin.call(name, input).then(
        (output) => ({ output }),
        (thrown: unknown) => ({ thrown }),
      );
      if ("output" in outcome) throw new TypeError(`${name} succeeded, although it should not`);
      return outcome.thrown instanceof Error ? outcome.thrown.message : String(outcome.thrown);
    },
    close: () => plugin.close(),
  };
}
