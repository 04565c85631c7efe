import URL from "core-js-pure/stable/url";
import URLSearchParams from "core-js-pure/stable/url-search-params";
import { defineGlobals } from "./define.ts";

defineGlobals({ URL, URLSearchParams });
