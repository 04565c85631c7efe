import { inputString, outputString } from "@mortise/pdk-assemblyscript";

/** Throws the input. */
export function throw_error(): i32 {
  throw new Error(inputString());
}

/** Fails an assertion. */
export function fail_assert(): i32 {
  assert(inputString().length > 1000, "the input is too short");
  return 0;
}

/** Traps without a message. */
export function trap(): i32 {
  return unreachable();
}

/** Still works after the others. */
export function recover(): i32 {
  outputString("recovered");
  return 0;
}
