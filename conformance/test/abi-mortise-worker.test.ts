import { mortiseInWorker } from "../hosts/mortise.ts";
import { describeAbi } from "./describe-abi.ts";

describeAbi(mortiseInWorker);
