import { error, fail, inputString, outputString } from "@mortise/pdk-assemblyscript";

let calls = 0;

/** Fails with the input as error text and return code 1. */
export function fail_with_code(): i32 {
  calls++;
  return fail(inputString());
}

/** Sets the error text and returns 0: the call fails all the same. */
export function fail_with_text(): i32 {
  calls++;
  error(inputString());
  return 0;
}

/** Returns a code without any text. */
export function fail_silently(): i32 {
  calls++;
  return 7;
}

/** How many calls failed in this instance: an ordinary failure keeps the plugin's state. */
export function failures(): i32 {
  outputString(calls.toString());
  return 0;
}
