import { describeEngine } from "./contract.ts";
import { worker } from "./subject.ts";

describeEngine(worker);
