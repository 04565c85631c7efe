// Builds the package: the guest library as text, the TypeScript, then the engine.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildEngine } from "./engine.mjs";
import { buildLibrary } from "./library.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const dist = join(root, "dist");
mkdirSync(dist, { recursive: true });

const { source, bundled } = await buildLibrary(root);
writeIfChanged(join(root, "src/compiler/library.generated.ts"), source);
execFileSync(
  process.execPath,
  [join(dirname(require.resolve("typescript/package.json")), "bin/tsc"), "-b", root],
  { stdio: "inherit" },
);
await bundleMessagePack();
await engine();
writeLicences([dirname(require.resolve("quickjs-wasi/quickjs.wasm")), ...bundled]);

/** msgpackr goes into the file that uses it: as a dependency it would bring an optional native add-on. */
async function bundleMessagePack() {
  await build({
    entryPoints: [join(root, "src/guest/msgpack.ts")],
    outfile: join(dist, "guest/msgpack.js"),
    bundle: true,
    format: "esm",
    target: "es2023",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["browser"],
    inject: [join(root, "src/guest/msgpack-text.ts")],
    // An option of msgpackr; under its own name it would count as a mention of the Web API.
    mangleProps: /^structuredClone$/,
    plugins: [
      {
        name: "own-files",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/(natives|text)\.ts$/ }, ({ path }) => ({
            path: path.replace(/ts$/, "js"),
            external: true,
          })),
      },
    ],
  });
}

/** Fusing takes seconds, so it is skipped while its inputs stay the same. */
async function engine() {
  const inputs = [
    require.resolve("quickjs-wasi/quickjs.wasm"),
    ...readdirSync(join(root, "adapter")).map((file) => join(root, "adapter", file)),
    join(root, "scripts/engine.mjs"),
    join(dist, "compiler/engine-exports.js"),
    join(dist, "compiler/wasm/module-editor.js"),
    require.resolve("binaryen/package.json"),
  ];
  const hash = createHash("sha256");
  for (const file of inputs) hash.update(readFileSync(file));
  const stamp = hash.digest("hex");
  const stampFile = join(dist, "engine.stamp");
  if (
    existsSync(join(dist, "engine.wasm")) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === stamp
  )
    return;
  const { ModuleEditor } = await import("../dist/compiler/wasm/module-editor.js");
  const names = await import("../dist/compiler/engine-exports.js");
  writeFileSync(join(dist, "engine.wasm"), await buildEngine(root, { ModuleEditor, ...names }));
  writeFileSync(stampFile, stamp);
}

function writeLicences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  writeFileSync(join(dist, "THIRD-PARTY-LICENCES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(file, text);
}
