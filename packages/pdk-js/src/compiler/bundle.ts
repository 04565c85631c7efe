import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  type BuildOptions,
  build,
  type BuildResult as EsbuildResult,
  type Message,
  type Plugin,
} from "esbuild";
import { BUNDLE_NAME, LIBRARY_PREFIX } from "../source-map.ts";
import { BuildError, type Problem } from "./errors.ts";
import { GUEST_MODULE } from "./evaluate.ts";

export interface BundleOptions {
  /** Path of the plugin's TypeScript or JavaScript file. */
  readonly entry?: string;
  /** The plugin's source instead of a file; its imports resolve against the working directory. */
  readonly code?: string;
  /** Shortens names and drops whitespace. Default: false. */
  readonly minify?: boolean;
}

export interface Bundle {
  readonly code: string;
  readonly sourceMap: string;
  readonly warnings: readonly Problem[];
}

/** The newest edition of the language that the engine has in full. */
const TARGET = "es2023";

/** Bundles a plugin with its npm dependencies into one module. @throws BuildError @throws TypeError */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  try {
    return bundleOf(await build(esbuildOptions(options)));
  } catch (thrown) {
    throw toBuildError(thrown);
  }
}

/** What a finished run of esbuild produced. */
export function bundleOf({ outputFiles = [], warnings }: EsbuildResult): Bundle {
  const text = (suffix: string): string => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? "";
  return { code: text(BUNDLE_NAME), sourceMap: text(".map"), warnings: warnings.map(toProblem) };
}

/** The options behind {@link bundle}; watching uses them too. */
export function esbuildOptions(options: BundleOptions): BuildOptions & { readonly write: false } {
  const folder = options.entry === undefined ? process.cwd() : dirname(resolve(options.entry));
  return {
    ...source(options, folder),
    bundle: true,
    write: false,
    outfile: resolve(folder, BUNDLE_NAME),
    absWorkingDir: folder,
    format: "esm",
    platform: "neutral",
    target: TARGET,
    mainFields: ["module", "main"],
    conditions: ["browser", "import", "default"],
    define: { "process.env.NODE_ENV": '"production"' },
    minify: options.minify ?? false,
    keepNames: options.minify ?? false,
    legalComments: "none",
    charset: "utf8",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
    plugins: [guestLibrary],
  };
}

function source({ entry, code }: BundleOptions, folder: string): BuildOptions {
  if ((entry === undefined) === (code === undefined)) throw new TypeError("give either `entry` or `code`");
  if (entry !== undefined) return { entryPoints: [resolve(entry)] };
  return { stdin: { contents: code ?? "", loader: "ts", sourcefile: "plugin.ts", resolveDir: folder } };
}

/**
 * Takes the guest library from beside this compiler, whose engine it has to fit, and names its files the same
 * on every machine: `mortise:input.js`.
 */
const guestLibrary: Plugin = {
  name: "mortise-guest",
  setup({ onResolve, onLoad }) {
    const folder = new URL("../guest/", import.meta.url);
    const namespace = LIBRARY_PREFIX.slice(0, -1);
    onResolve({ filter: new RegExp(`^${GUEST_MODULE}$`) }, () => ({
      path: "index.js",
      namespace,
      sideEffects: false,
    }));
    onResolve({ filter: /^\.\//, namespace }, ({ path }) => ({
      path: path.slice(2),
      namespace,
      sideEffects: false,
    }));
    onLoad({ filter: /\.js$/, namespace }, async ({ path }) => {
      const text = await readFile(new URL(path, folder), "utf8");
      return { contents: text.replace(/\n\/\/# sourceMappingURL=.*/, "") };
    });
  },
};

export function toBuildError(thrown: unknown): unknown {
  const messages = (thrown as { errors?: readonly Message[] } | undefined)?.errors;
  return Array.isArray(messages) ? new BuildError(messages.map(toProblem), { cause: thrown }) : thrown;
}

function toProblem({ text, location }: Message): Problem {
  if (location === null) return { message: text };
  return { message: text, file: location.file, line: location.line, column: location.column + 1 };
}
