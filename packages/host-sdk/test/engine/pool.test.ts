import { describeEngine } from "./contract.ts";
import { pool } from "./subject.ts";

describeEngine(pool);
