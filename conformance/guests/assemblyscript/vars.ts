import { input, inputString, output, outputString, Var } from "@mortise/pdk-assemblyscript";

const KEY = "schlüssel";

/** Sets the var to the input's bytes. */
export function set_var(): i32 {
  Var.set(KEY, input());
  return 0;
}

/** Gives the var's bytes back; `missing` if it is not set. */
export function get_var(): i32 {
  const value = Var.get(KEY);
  if (value === null) outputString("missing");
  else output(value);
  return 0;
}

/** The length of the var named in the input; `missing` if it is not set, so that an empty value can be told apart. */
export function var_length(): i32 {
  const value = Var.get(inputString());
  outputString(value === null ? "missing" : value.length.toString());
  return 0;
}

/** Deletes the var. */
export function delete_var(): i32 {
  Var.delete(KEY);
  return 0;
}
