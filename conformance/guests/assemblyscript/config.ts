import { Config, inputString, outputString } from "@mortise/pdk-assemblyscript";

/** The config value of the key in the input, between brackets; `missing` if it is not set. */
export function config(): i32 {
  const value = Config.get(inputString());
  outputString(value === null ? "missing" : "[" + value + "]");
  return 0;
}
