import { describeEngine } from "./contract.ts";
import { worker } from "./subject.ts";

// Older browsers do not have it: there, messages wake the caller.
Reflect.deleteProperty(Atomics, "waitAsync");

describeEngine({ ...worker, name: "worker, its caller woken by message" });
