import { input, output } from "@mortise/pdk-assemblyscript";

/** Gives the input back, byte by byte. */
export function echo(): i32 {
  output(input());
  return 0;
}
