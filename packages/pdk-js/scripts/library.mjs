// Bundles the parts of the guest library that the compiler links into plugins.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const TARGET = "es2023";

/** Text of src/compiler/library.generated.ts, and the folders of the npm packages whose code is in it. */
export async function buildLibrary(root) {
  const bundled = new Set();
  const bundle = async (file, format) => {
    const result = await build({
      entryPoints: [join(root, "src/guest", file)],
      bundle: true,
      write: false,
      minify: true,
      format,
      target: TARGET,
      platform: "neutral",
      mainFields: ["module", "main"],
      metafile: true,
      legalComments: "none",
      absWorkingDir: root,
    });
    for (const input of Object.keys(result.metafile.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
      if (folder !== undefined) bundled.add(join(root, folder));
    }
    return result.outputFiles[0].text;
  };
  const web = [];
  for (const piece of JSON.parse(readFileSync(join(root, "src/guest/web/pieces.json"), "utf8"))) {
    web.push({ ...piece, code: await bundle(`web/${piece.name}.ts`, "iife") });
  }
  const library = {
    runtime: await bundle("runtime/index.ts", "iife"),
    guest: await bundle("index.ts", "esm"),
    web,
  };
  const source = `import type { GuestLibrary } from "./library.ts";\n\n/** Written by scripts/build.mjs. */\nexport const library: GuestLibrary = ${JSON.stringify(library, null, 2)};\n`;
  return { source, bundled: [...bundled].sort() };
}
