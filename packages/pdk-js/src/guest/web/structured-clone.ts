import structuredClone from "core-js-pure/stable/structured-clone";
import { defineGlobals } from "./define.ts";

defineGlobals({ structuredClone });
