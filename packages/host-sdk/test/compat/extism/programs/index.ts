import { FAILURES } from "./failures.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Program } from "./program.ts";
import { RESULTS } from "./results.ts";
import { SETTINGS } from "./settings.ts";
import { SOURCES } from "./sources.ts";

export type { Program } from "./program.ts";

/** Every program. */
export const PROGRAMS: readonly Program[] = [...RESULTS, ...FAILURES, ...SETTINGS, ...FUNCTIONS, ...SOURCES];
