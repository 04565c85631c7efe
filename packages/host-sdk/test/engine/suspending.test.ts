import { describe, test } from "vitest";
import { describeEngine } from "./contract.ts";
import { canSuspend, suspending } from "./subject.ts";

if (canSuspend) describeEngine(suspending);
else describe(suspending.name, () => test.skip("needs WebAssembly.Suspending", () => undefined));
