import { Config, inputString, outputString, Var } from "@mortise/pdk-js";

/**
 * The quickstart's plugin once more, in TypeScript. Counts the vowels in the input text: which letters are vowels is
 * config key `vowels`; var `total` keeps the sum over all calls. Output: `{"count": …, "total": …, "vowels": …}`.
 */
export function count_vowels(): void {
  const vowels = Config.getOr("vowels", "aeiouAEIOU");
  const count = countOf(inputString(), vowels);
  const total = Number(Var.getString("total") ?? "0") + count;
  Var.setString("total", String(total));
  outputString(JSON.stringify({ count, total, vowels }));
}

function countOf(text: string, letters: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (letters.includes(text.charAt(index))) count++;
  }
  return count;
}
