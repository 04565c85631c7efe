/** Longer words are not compared: they come from hostile modules as well, and the cost is quadratic. */
const MAX_WORD = 64;

/**
 * The candidate that `word` was most likely meant to be, if one is close: at most a third of the letters
 * are wrong, or the word is the beginning of the candidate. Case counts for little: it is the cheapest mistake.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (Math.max(word.length, candidate.length) > MAX_WORD) continue;
    const begins = word.length >= 3 && candidate.startsWith(word);
    const distance = begins ? 1 : editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : replaced;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
