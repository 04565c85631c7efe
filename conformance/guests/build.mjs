/**
 * Compiles the AssemblyScript guests into conformance/build/guests, each once per change:
 * `<name>.wasm` with our PDK, `stock-<name>.wasm` with `@extism/as-pdk`.
 */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const conformance = dirname(dirname(fileURLToPath(import.meta.url)));
const pdk = "node_modules/@mortise/pdk-assemblyscript";
const output = "build/guests";

const kinds = [
  {
    sources: "guests/assemblyscript",
    prefix: "",
    dependencies: [`${pdk}/assembly`, `${pdk}/index.ts`, `${pdk}/plugin.json`, `${pdk}/transform.mjs`],
    options: ["--config", `${pdk}/plugin.json`],
  },
  {
    sources: "guests/as-pdk-stock",
    prefix: "stock-",
    dependencies: ["node_modules/@extism/as-pdk/lib", "guests/as-pdk-stock/abort.ts"],
    options: ["guests/as-pdk-stock/abort.ts", "-O3", "--use", "abort=guests/as-pdk-stock/abort/abort"],
  },
];

/** When a file, or the newest file of a folder, was last changed; 0 if there is none. */
function changed(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  return Math.max(0, ...readdirSync(path).map((entry) => changed(join(path, entry))));
}

async function build(source, target, options) {
  const { error, stderr } = await compile([source, ...options, "--outFile", target]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw new Error(`${source} does not compile`, { cause: error });
  }
}

process.chdir(conformance);
mkdirSync(output, { recursive: true });
let built = 0;
for (const { sources, prefix, dependencies, options } of kinds) {
  const dependenciesChanged = Math.max(changed("guests/build.mjs"), ...dependencies.map(changed));
  for (const file of readdirSync(sources).filter((name) => name.endsWith(".ts") && name !== "abort.ts")) {
    const target = `${output}/${prefix}${file.replace(/\.ts$/, ".wasm")}`;
    const source = `${sources}/${file}`;
    if (changed(target) > Math.max(dependenciesChanged, changed(source))) continue;
    await build(source, target, options);
    built += 1;
  }
}
console.log(`guests: ${built} built, the others are up to date`);
