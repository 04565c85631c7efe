import { mortise } from "../hosts/mortise.ts";
import { describeAbi } from "./describe-abi.ts";

describeAbi(mortise);
