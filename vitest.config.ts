import { defineConfig } from "vitest/config";

const report = process.env["MORTISE_TEST_REPORT"];

// MORTISE_SUITE=long adds what takes minutes: fuzzing at full size, many create/close cycles.
export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "conformance/**/*.test.ts",
      "examples/**/*.test.ts",
      "scripts/test/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
