import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How a program of its own ended. */
export interface ChildResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs an ES module, given as text, in a Node process of its own, until that process ends by itself.
 * `@mortise/host-sdk` is in scope as `sdk`, the arguments as `args`.
 */
export async function runChild(
  source: string,
  { args = [], flags = [] }: { readonly args?: readonly unknown[]; readonly flags?: readonly string[] } = {},
): Promise<ChildResult> {
  const prelude = `import * as sdk from ${JSON.stringify(import.meta.resolve("@mortise/host-sdk"))};
    const args = JSON.parse(process.argv[1]);`;
  const options = ["--no-warnings", ...flags, "--input-type=module", "--eval", prelude + source];
  try {
    const { stdout, stderr } = await run(process.execPath, [...options, JSON.stringify(args)], {
      timeout: 30_000,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown } & Partial<ChildResult>;
    return { code: typeof code === "number" ? code : -1, stdout, stderr };
  }
}
