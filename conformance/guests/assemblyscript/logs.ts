import { inputString, Log } from "@mortise/pdk-assemblyscript";

/** Logs the input once on every level. */
export function logs(): i32 {
  const text = inputString();
  Log.trace("trace " + text);
  Log.debug("debug " + text);
  Log.info("info " + text);
  Log.warn("warn " + text);
  Log.error("error " + text);
  return 0;
}
