import { describe } from "vitest";
import { describeAbort } from "./contract/abort.ts";
import { describeCalls } from "./contract/calls.ts";
import { describeClose } from "./contract/close.ts";
import { describeEndings } from "./contract/endings.ts";
import { describeHostFunctions } from "./contract/host-functions.ts";
import { describeReentry } from "./contract/reentry.ts";
import { describeStartUp } from "./contract/start-up.ts";
import { describeTime } from "./contract/time.ts";
import type { Subject } from "./subject.ts";

/** What every way of running calls must do. */
export function describeEngine(subject: Subject): void {
  describe(subject.name, () => {
    describeCalls(subject);
    describeHostFunctions(subject);
    describeEndings(subject);
    describeStartUp(subject);
    describeTime(subject);
    describeAbort(subject);
    describeReentry(subject);
    describeClose(subject);
  });
}
