import { describe } from "vitest";
import { describeCalls } from "./contract/calls.ts";
import { describeClose } from "./contract/close.ts";
import { describeHostFunctions } from "./contract/host-functions.ts";
import { describeTime } from "./contract/time.ts";
import { worker } from "./subject.ts";

// Older browsers do not have it: there, messages wake the caller.
Reflect.deleteProperty(Atomics, "waitAsync");

/** What waking has to do with: the rest of the contract does not come near it. */
describe("worker, its caller woken by message", () => {
  describeCalls(worker);
  describeHostFunctions(worker);
  describeTime(worker);
  describeClose(worker);
});
