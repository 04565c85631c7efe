import { type BuildOptions, context, type Plugin } from "esbuild";
import { bundleOf, esbuildOptions, toBuildError } from "./bundle.ts";
import type { BuildResult } from "./compose.ts";
import { type BuildPluginOptions, composeBundle } from "./node.ts";

/**
 * Builds a plugin now and after each change of a file that is in it, until `signal` aborts.
 * `finished` gets a function that gives the result, or throws the {@link BuildError}, of each build.
 */
export async function watchPlugin(
  options: BuildPluginOptions,
  finished: (result: () => Promise<BuildResult>) => unknown,
  signal?: AbortSignal,
): Promise<void> {
  const reporter: Plugin = {
    name: "mortise-watch",
    setup({ onEnd }) {
      onEnd(async (result) => {
        await finished(async () => {
          if (result.errors.length > 0) throw toBuildError(result);
          return await composeBundle(options, bundleOf(result));
        });
      });
    },
  };
  const base: BuildOptions = esbuildOptions(options);
  const builder = await context({ ...base, plugins: [...(base.plugins ?? []), reporter] });
  await builder.watch();
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  await builder.dispose();
}
