import { createPlugin, isPluginError } from "@mortise/host-sdk";

/** What the generator is asked for: files of the project. */
export interface GenerateRequest {
  readonly models: readonly string[];
}

/** What the generator said no to, in its own words. */
class GeneratorError extends Error {
  override readonly name = "GeneratorError";
}

/**
 * Runs the generator, which can read the project and nothing else, and returns what it wrote to its standard output.
 * Nobody has looked at that yet.
 */
export async function generate(
  generator: URL | string,
  projectFolder: string,
  request: GenerateRequest,
): Promise<string> {
  const [files, complaints] = [textCollector(), textCollector()];
  await using plugin = await createPlugin(generator, {
    allowedPaths: { [`ro:${projectFolder}`]: "/project" },
    timeoutMs: 5000,
    wasi: {
      args: ["generator"],
      stdin: JSON.stringify(request),
      stdout: files.write,
      stderr: complaints.write,
    },
  });
  try {
    await plugin.call("_start");
    return files.text();
  } catch (error) {
    const saysWhy = isPluginError(error) && error.code === "EXIT_NONZERO";
    throw saysWhy ? new GeneratorError(complaints.text().trim(), { cause: error }) : error;
  }
}

function textCollector() {
  const decoder = new TextDecoder();
  let text = "";
  return {
    write: (chunk: Uint8Array) => {
      text += decoder.decode(chunk, { stream: true });
    },
    text: () => text,
  };
}
