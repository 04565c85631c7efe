import * as streams from "web-streams-polyfill";
import { defineGlobals } from "./define.ts";

defineGlobals({ ...streams });
