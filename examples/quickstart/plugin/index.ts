import { Config, inputString, outputString, quote, Var } from "@mortise/pdk-assemblyscript";

/**
 * Counts the vowels in the input text. Which letters are vowels is config key `vowels`; var `total` keeps the sum over
 * all calls. Output: `{"count": …, "total": …, "vowels": …}`.
 */
export function count_vowels(): i32 {
  const vowels = Config.getOr("vowels", "aeiouAEIOU");
  const count = countOf(inputString(), vowels);
  const total = readTotal() + count;
  Var.setString("total", total.toString());
  outputString(`{"count":${count},"total":${total},"vowels":${quote(vowels)}}`);
  return 0;
}

function countOf(text: string, letters: string): u64 {
  let count: u64 = 0;
  for (let index = 0; index < text.length; index++) {
    if (letters.includes(text.charAt(index))) count++;
  }
  return count;
}

function readTotal(): u64 {
  const stored = Var.getString("total");
  return stored === null ? 0 : U64.parseInt(stored);
}
