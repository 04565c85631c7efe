import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import type { BuildResult } from "./compose.ts";
import { BuildError, formatProblem } from "./errors.ts";
import { type BuildPluginOptions, buildPlugin } from "./node.ts";
import { watchPlugin } from "./watch.ts";

const HELP = `Builds an Extism plugin from TypeScript or JavaScript.

Usage:
  mortise-js build <plugin.ts> [-o plugin.wasm] [options]

Options:
  -o, --output <file>   where the plugin goes (default: the entry with .wasm)
      --watch           builds again whenever a source file changes
      --minify          shortens names and drops whitespace in the bundle
      --sourcemap       keeps a source map in the plugin, so that error stacks
                        name your files (default; --no-sourcemap drops it)
      --timeout <ms>    limit for top-level code, which runs now (default: 10000)
  -h, --help            this text

Every exported function becomes an export of the plugin, under its own name:

  import { inputString, output } from "@mortise/pdk-js";
  export function greet() {
    output(\`Hello, \${inputString()}!\`);
  }

Exit codes: 0 built, 1 the source has an error, 2 the command line has one.
`;

const OPTIONS = {
  output: { type: "string", short: "o" },
  watch: { type: "boolean" },
  minify: { type: "boolean" },
  sourcemap: { type: "boolean" },
  "no-sourcemap": { type: "boolean" },
  timeout: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

interface Command {
  readonly output: string;
  readonly watch: boolean;
  readonly build: BuildPluginOptions & { readonly entry: string };
}

/** Runs the command line; returns the exit code. Never ends the process itself. */
export async function main(args: readonly string[]): Promise<number> {
  let command: Command | "help";
  try {
    command = parseCommand(args);
  } catch (thrown) {
    console.error(
      `mortise-js: ${thrown instanceof Error ? thrown.message : thrown}\nTry "mortise-js --help".`,
    );
    return 2;
  }
  if (command === "help") {
    console.log(HELP.trimEnd());
    return 0;
  }
  const { output, build } = command;
  if (!command.watch) return await attempt(() => buildPlugin(build), output);
  await watchPlugin(build, (result) => attempt(result, output));
  return 0;
}

function parseCommand(args: readonly string[]): Command | "help" {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help === true || args.length === 0) return "help";
  const [action, entry, ...rest] = positionals;
  if (action !== "build") throw new TypeError(`unknown command "${action ?? ""}": the only one is "build"`);
  if (entry === undefined || rest.length > 0) throw new TypeError("build takes exactly one source file");
  const timeoutMs = Number(values.timeout ?? 10_000);
  if (!(timeoutMs > 0)) throw new TypeError(`--timeout takes milliseconds, not "${values.timeout}"`);
  return {
    output: values.output ?? `${entry.replace(/\.[^./\\]+$/, "")}.wasm`,
    watch: values.watch === true,
    build: {
      entry,
      minify: values.minify === true,
      sourcemap: values["no-sourcemap"] !== true || values.sourcemap === true,
      timeoutMs,
    },
  };
}

async function attempt(build: () => Promise<BuildResult>, output: string): Promise<number> {
  const started = performance.now();
  try {
    const result = await build();
    await mkdir(dirname(output), { recursive: true });
    await writeFile(output, result.wasm);
    report(result, output, performance.now() - started);
    return 0;
  } catch (thrown) {
    if (isSystemError(thrown)) {
      console.error(`error: ${thrown.message}`);
      return 1;
    }
    if (!(thrown instanceof BuildError)) throw thrown;
    for (const problem of thrown.problems) console.error(`error: ${formatProblem(problem)}`);
    return 1;
  }
}

/** The output cannot be written: the message names the path. */
function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && "syscall" in thrown;
}

function report(
  { wasm, exports, imports, warnings, logs }: BuildResult,
  output: string,
  milliseconds: number,
): void {
  for (const { level, text } of logs) console.error(`[${level}] ${text}`);
  for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);
  const size = `${kilobytes(wasm.length)}, ${kilobytes(gzipSync(wasm).length)} gzipped`;
  console.log(`${output}  ${size}, in ${milliseconds.toFixed(0)} ms`);
  console.log(`  exports: ${exports.join(", ")}`);
  if (imports.length > 0) console.log(`  imports: ${imports.join(", ")}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`;
}
