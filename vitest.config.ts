import { defineConfig } from "vitest/config";

const report = process.env["MORTISE_TEST_REPORT"];

/**
 * Nothing for `npm test`, which stays under 3 minutes; `all` adds the files below; `long` also runs fuzzing and
 * create/close cycles at full size.
 */
const suite = process.env["MORTISE_SUITE"];

/** Each starts hundreds of workers or plugins, or a compiler, or reads whatever modules are installed. */
const SLOW = [
  "conformance/test/abi-mortise-worker.test.ts",
  "conformance/hostile/floods.test.ts",
  "conformance/hostile/lifecycle.test.ts",
  "conformance/hostile/mutants.test.ts",
  "conformance/wasi/guests.test.ts",
  "packages/host-sdk/test/compat/extism/same-program.test.ts",
  "packages/host-sdk/test/compat/extism/worker.test.ts",
  "packages/host-sdk/test/engine/leaks.test.ts",
  "packages/host-sdk/test/engine/pool.test.ts",
  "packages/host-sdk/test/engine/worker-message.test.ts",
  "packages/host-sdk/test/wasm/published-modules.test.ts",
];

export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "conformance/**/*.test.ts",
      "examples/**/*.test.ts",
      "scripts/test/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**", ...(suite ? [] : SLOW)],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
