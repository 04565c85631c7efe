// Runs every check and ends with `N passed, N failed, N skipped`: each test counts, and each other check as one.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installNode } from "./node-versions.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), "mortise-ci-"));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

/** Runs a command to its end, its output shown as it comes. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a check that counts as one. */
async function check(name, command, ...args) {
  console.log(`\n── ${name}`);
  const passed = (await run(command, args)) === 0;
  totals[passed ? "passed" : "failed"]++;
  if (!passed) failures.push(name);
}

/** Runs tests, each of which counts. */
async function tests(name, command, args, env = {}) {
  console.log(`\n── ${name}`);
  const report = join(reports, `${name.replaceAll(/\W+/g, "-")}.json`);
  const status = await run(command, args, { ...env, MORTISE_TEST_REPORT: report });
  const counts = readCounts(report);
  totals.passed += counts.passed;
  totals.skipped += counts.skipped;
  // A run that fails without a failed test (a crash, an unhandled error) is a failure all the same.
  totals.failed += Math.max(counts.failed, status === 0 ? 0 : 1);
  if (status !== 0) failures.push(name);
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, "utf8"),
    );
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const vitest = "node_modules/vitest/vitest.mjs";
const tsc = "node_modules/typescript/bin/tsc";

await tests("npm test", "npm", ["test"]);
await check("lint", process.execPath, "node_modules/@biomejs/biome/bin/biome", "ci", ".");
await check("type check of the tests", process.execPath, tsc, "-p", "tsconfig.tests.json");
await check("knip", process.execPath, "node_modules/knip/bin/knip.js");
await check("publint", process.execPath, "scripts/publint.mjs");

for (const version of ["24", "26"]) {
  const node = installNode(version);
  if (!node) {
    console.log(
      `\n── Node ${version}: skipped, its package does not run on ${process.platform} ${process.arch}`,
    );
    totals.skipped++;
    continue;
  }
  await tests(`every test on Node ${version}`, node, [vitest, "run"], { MORTISE_SUITE: "all" });
}
const long = [
  "conformance/hostile",
  "conformance/test/abi-mortise-worker",
  "conformance/wasi",
  "packages/host-sdk/test/compat",
  "packages/host-sdk/test/engine",
  "packages/host-sdk/test/wasm",
];
await tests("the long suites", process.execPath, [vitest, "run", ...long], { MORTISE_SUITE: "long" });

if (failures.length > 0) console.log(`\nfailed: ${failures.join(", ")}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
