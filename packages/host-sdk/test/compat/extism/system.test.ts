import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { opening, writing } from "./guests.ts";
import { type Options, ours, type Sdk, theirs } from "./sdks.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "compat-"));
  await writeFile(join(folder, "note.txt"), "note");
  await writeFile(join(folder, "writing.wasm"), writing);
});

afterAll(() => rm(folder, { recursive: true }));

async function open(sdk: Sdk, options: Options, manifest: object = {}): Promise<string | undefined> {
  const plugin = await sdk.createPlugin(
    { wasm: [{ data: opening }], ...manifest },
    { useWasi: true, ...options },
  );
  try {
    return (await plugin.call("open"))?.text();
  } finally {
    await plugin.close();
  }
}

describe("folders are granted as guest path to host path", () => {
  test.each([false, true])("by an option (runInWorker: %s)", async (runInWorker) => {
    const options = { allowedPaths: { "/data": folder } };
    expect(await open(theirs, options)).toBe("0");
    expect(await open(ours, { ...options, runInWorker })).toBe("0");
  });

  test("by a manifest", async () => {
    const manifest = { allowedPaths: { "/data": folder } };
    expect(await open(theirs, {}, manifest)).toBe("0");
    expect(await open(ours, {}, manifest)).toBe("0");
  });

  test("at two guest paths at once", async () => {
    const options = { allowedPaths: { "/data": folder, "/again": folder } };
    expect(await open(theirs, options)).toBe("0");
    expect(await open(ours, options)).toBe("0");
  });

  test("and not at all when nothing is said", async () => {
    expect(await open(ours, {})).toBe(await open(theirs, {}));
    expect(await open(ours, {})).not.toBe("0");
  });
});

describe("WASI output", () => {
  const run = promisify(execFile);
  const packageFolder = fileURLToPath(new URL("../../..", import.meta.url));

  async function outputOf(name: string, options: Options): Promise<string> {
    const program = `
      import createPlugin from ${JSON.stringify(name)};
      const plugin = await createPlugin(${JSON.stringify(join(folder, "writing.wasm"))}, ${JSON.stringify(options)});
      await plugin.call("write", "W");
      await plugin.close();`;
    const { EXTISM_ENABLE_WASI_OUTPUT: _, ...env } = process.env;
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
    return (await run(process.execPath, args, { cwd: packageFolder, env })).stdout;
  }

  test("goes to the process where it is enabled, and nowhere else", async () => {
    const enabled = { useWasi: true, enableWasiOutput: true };
    expect(await outputOf("@extism/extism", enabled)).toBe("W");
    expect(await outputOf("@mortise/host-sdk/extism", enabled)).toBe("W");
    expect(await outputOf("@mortise/host-sdk/extism", { ...enabled, runInWorker: true })).toBe("W");
    expect(await outputOf("@mortise/host-sdk/extism", { useWasi: true })).toBe("");
  });
});
