// Installs and builds everything, on a machine that has Node and npm. Does nothing that is already done.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const packageManager = `pnpm@${engines.pnpm}`;

/** Runs the pinned pnpm, which npx fetches where it is not there. */
function pnpm(...args) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    env: { ...process.env, CI: "true" },
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ""}${stderr ?? ""}\n${packageManager} ${args.join(" ")} failed\n`);
    process.exit(status ?? 1);
  }
  return ((performance.now() - started) / 1000).toFixed(1);
}

process.stderr.write("installing … ");
process.stderr.write(`${pnpm("install", "--frozen-lockfile")} s\n`);
process.stderr.write("building … ");
process.stderr.write(`${pnpm("--recursive", "--workspace-concurrency=2", "run", "build")} s\n`);
