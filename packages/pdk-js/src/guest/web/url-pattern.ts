import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { defineGlobals } from "./define.ts";

defineGlobals({ URLPattern });
