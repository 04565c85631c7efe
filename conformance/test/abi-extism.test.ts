import { knownDeviations } from "../abi/known-deviations.ts";
import { extism } from "../hosts/extism.ts";
import { describeAbi } from "./describe-abi.ts";

describeAbi(extism, knownDeviations);
