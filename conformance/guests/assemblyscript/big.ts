import { input, inputString, output, outputString } from "@mortise/pdk-assemblyscript";

/** Gives back as many bytes as the decimal number in the input says, byte `i` being `i mod 251`. */
export function big(): i32 {
  const bytes = new Uint8Array(<i32>I32.parseInt(inputString()));
  for (let index = 0; index < bytes.length; index++) unchecked((bytes[index] = <u8>(index % 251)));
  output(bytes);
  return 0;
}

/** The sum of the input's bytes. */
export function sum(): i32 {
  const bytes = input();
  let sum: u64 = 0;
  for (let index = 0; index < bytes.length; index++) sum += unchecked(bytes[index]);
  outputString(sum.toString());
  return 0;
}

/** Gives back the input without its first and last byte, as a view on it. */
export function middle(): i32 {
  const bytes = input();
  output(bytes.subarray(1, bytes.length - 1));
  return 0;
}
