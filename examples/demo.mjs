// The main job, on real input: runs each example and shows what went in, what came out and how long it took.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const examples = [
  ["quickstart", "Count vowels: text in, JSON out; the vowels come from config, the total stays in a var"],
  ["kv-store", "Host functions: the plugin reads and writes the application's store, and nothing else"],
  [
    "wasi-command",
    "A code generator as a WASI command: it reads a folder and nothing else, its files land in one folder or nowhere",
  ],
  ["linking", "Two modules linked into one plugin, strings passed through kernel memory"],
];

const bold = process.stdout.isTTY ? (text) => `\u001b[1m${text}\u001b[0m` : (text) => text;

let failed = 0;
for (const [name, title] of examples) {
  console.log(`\n${bold(name)}: ${title}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [`examples/${name}/build/host.js`], {
    cwd: root,
    encoding: "utf8",
  });
  process.stdout.write(stdout.replaceAll(/^(?=.)/gm, "  "));
  if (status !== 0) {
    process.stderr.write(stderr);
    failed++;
  }
}
console.log(
  failed === 0 ? `\n${examples.length} examples ran.` : `\n${failed} of ${examples.length} examples failed.`,
);
process.exitCode = failed === 0 ? 0 : 1;
