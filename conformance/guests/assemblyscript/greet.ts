import { inputString, outputString } from "@mortise/pdk-assemblyscript";

/** Text in, text out, with characters of two and four bytes. */
export function greet(): i32 {
  outputString("Grüß dich, " + inputString() + "! 👋");
  return 0;
}
