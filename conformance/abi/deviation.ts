import type { Expectation } from "./case.ts";
import type { CaseResult } from "./run.ts";

/** Where a host departs from the ABI: why, and what it does instead. */
export interface Deviation {
  /** The case's id. */
  readonly id: string;
  readonly reason: string;
  /** The result as the host gives it today; a host that changes makes the entry stale. */
  readonly actual: CaseResult;
}

/** What the steps of a case give instead, or how the plugin is refused. */
type Actual = readonly Expectation[] | { readonly refused: Expectation };

/** Lists cases that fail for one and the same reason. */
export function deviations(reason: string, actuals: Readonly<Record<string, Actual>>): Deviation[] {
  return Object.entries(actuals).map(([id, actual]) => ({
    id,
    reason,
    actual:
      "refused" in actual
        ? { refused: actual.refused, steps: [] }
        : { steps: actual.map((gives) => ({ gives })) },
  }));
}
