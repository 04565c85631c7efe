import { describeEngine } from "./contract.ts";
import { inThread } from "./subject.ts";

describeEngine(inThread);
