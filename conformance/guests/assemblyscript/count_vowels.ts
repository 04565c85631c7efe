import { Config, inputString, outputString, quote, Var } from "@mortise/pdk-assemblyscript";

/** Counts vowels: the set comes from config `vowels`, the running total stays in var `total`; JSON out. */
export function count_vowels(): i32 {
  const text = inputString();
  const vowels = Config.getOr("vowels", "aeiouAEIOU");
  let count: u64 = 0;
  for (let index = 0; index < text.length; index++) {
    if (vowels.includes(text.charAt(index))) count++;
  }
  const stored = Var.getString("total");
  const total = (stored === null ? 0 : U64.parseInt(stored)) + count;
  Var.setString("total", total.toString());
  outputString(
    '{"count":' + count.toString() + ',"total":' + total.toString() + ',"vowels":' + quote(vowels) + "}",
  );
  return 0;
}
