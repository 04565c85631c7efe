/** Fills bytes with random ones. The bytes must not be shared memory. */
export type RandomSource = (into: Uint8Array<ArrayBuffer>) => void;

/** Most that `crypto.getRandomValues` gives at a time (Web Cryptography API, 10.1.1). */
const MAX_RANDOM_BYTES = 65_536;

/** Random bytes of the platform, fit for secrets. */
export const systemRandom: RandomSource = (into) => {
  for (let at = 0; at < into.length; at += MAX_RANDOM_BYTES) {
    crypto.getRandomValues(into.subarray(at, at + MAX_RANDOM_BYTES));
  }
};

/** Reproducible bytes from a 32-bit seed (the generator sfc32 of PractRand); worthless for secrets. */
export function seededRandom(seed: number): RandomSource {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result;
  };
  for (let round = 0; round < 12; round++) next();
  return (into) => {
    for (let at = 0; at < into.length; at++) into[at] = next();
  };
}
