import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodeFiles } from "../../packages/host-sdk/src/runtime/node-files.ts";
import { allowedPathPreopens, memoryFileSystem } from "../../packages/host-sdk/src/sandbox/fs/index.ts";
import { createWasi, isWasiExit, type WasiSettings } from "../../packages/host-sdk/src/sandbox/wasi/index.ts";
import { buildGuest, sourceOf, TOOLCHAINS } from "./build.ts";

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a WASI command to its end. */
async function run(wasm: BufferSource, { options, ...settings }: WasiSettings): Promise<Outcome> {
  const output = { stdout: "", stderr: "" };
  const collect = (stream: keyof typeof output) => (chunk: Uint8Array) => {
    output[stream] += new TextDecoder().decode(chunk);
  };
  const wasi = createWasi({
    ...settings,
    options: { ...options, stdout: collect("stdout"), stderr: collect("stderr") },
  });
  let memory: WebAssembly.Memory | undefined;
  const { instance } = await WebAssembly.instantiate(
    wasm,
    wasi.bind(() => memory) as unknown as WebAssembly.Imports,
  );
  const { _start, memory: exported } = instance.exports as { _start: () => void; memory: WebAssembly.Memory };
  memory = exported;
  try {
    _start();
    return { ...output, exitCode: 0 };
  } catch (error) {
    if (!isWasiExit(error)) throw error;
    return { ...output, exitCode: error.code };
  } finally {
    wasi.close();
  }
}

const TOUR = `content hello world
tail world of 11
entries a moved.txt
left 0
missing true
outside true
slept true
`;

describe.each(TOOLCHAINS)("a command written in $language", (toolchain) => {
  const hasTour = existsSync(sourceOf(toolchain, "tour"));

  it.skipIf(!toolchain.isPresent)(
    "gets arguments, variables and input, and gives output and an exit code",
    async () => {
      const wasm = await buildGuest(toolchain, "echo");
      const options = { args: ["tool", "one", "zwei"], env: { NAME: "Wörld" }, stdin: "some\ninput" };
      expect(await run(wasm, { options })).toEqual({
        stdout: "args tool one zwei\nNAME=Wörld\nsome\ninput\n",
        stderr: "done\n",
        exitCode: 3,
      });
    },
    120_000,
  );

  it.skipIf(!toolchain.isPresent || !hasTour)(
    "works with files in memory and in a host directory, and only there",
    async () => {
      const wasm = await buildGuest(toolchain, "tour");
      const folder = mkdtempSync(join(tmpdir(), "wasi-tour-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const expected = { stdout: TOUR, stderr: "", exitCode: 0 };
      expect(await run(wasm, { options: { fs: { "/data": memoryFileSystem() } } })).toEqual(expected);
      expect(
        await run(wasm, {
          preopens: allowedPathPreopens([{ host: folder, guest: "/data", readOnly: false }], nodeFiles),
        }),
      ).toEqual(expected);
    },
    120_000,
  );
});
