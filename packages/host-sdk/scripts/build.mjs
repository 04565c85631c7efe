// Builds the package: the kernel first, since the sources embed it, then TypeScript.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
await import("./build-kernel.mjs");
const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace("package.json", "bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-b"], { stdio: "inherit" });
process.exitCode = status ?? 1;
