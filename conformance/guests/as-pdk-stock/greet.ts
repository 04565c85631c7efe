import { Host } from "@extism/as-pdk";

/** `outputString` of this PDK counts UTF-16 units, which cuts non-ASCII text off; its byte function does not. */
export function greet(): i32 {
  const greeting = "Hello, " + Host.inputString() + "!";
  Host.output(Uint8Array.wrap(String.UTF8.encode(greeting)));
  return 0;
}
