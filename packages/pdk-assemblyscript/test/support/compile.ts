import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const modules = fileURLToPath(new URL("../assembly", import.meta.url));
const installed = "node_modules/@mortise/pdk-assemblyscript";

/** Compiles `test/assembly/<name>.ts` as an author does: the package in node_modules, and its options file. */
export async function compileModule(name: string, ...options: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const project = mkdtempSync(join(tmpdir(), "mortise-pdk-"));
  try {
    mkdirSync(join(project, "node_modules/@mortise"), { recursive: true });
    symlinkSync(packageFolder, join(project, installed));
    return await compile(project, [join(modules, `${name}.ts`), ...options]);
  } finally {
    rmSync(project, { recursive: true });
  }
}

async function compile(project: string, args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const config = join(project, installed, "plugin.json");
  const { error, stderr } = await asc.main(
    [...args, "--baseDir", project, "--config", config, "--outFile", "plugin.wasm"],
    {
      writeFile: (_, contents) => {
        wasm = Uint8Array.from(contents as Uint8Array);
      },
    },
  );
  if (error !== null || wasm === undefined)
    throw new Error(`${args[0]}: ${stderr.toString()}`, { cause: error });
  return wasm;
}
