/** Strings as UTF-8 in a block of unmanaged memory, which the caller frees with `heap.free`. */

/** The number of bytes that `text` takes in UTF-8. */
// @ts-ignore: decorator
@inline
export function utf8Length(text: string): usize {
  return <usize>String.UTF8.byteLength(text);
}

/** Encodes `text`, which takes `length` bytes. An unpaired surrogate becomes U+FFFD, as in JavaScript's TextEncoder. */
export function encodeUtf8(text: string, length: usize): usize {
  const block = heap.alloc(length);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, block, false, String.UTF8.ErrorMode.REPLACE);
  return block;
}

/** Decodes `length` bytes at `block`, and frees `block`. */
export function decodeUtf8(block: usize, length: usize): string {
  const text = String.UTF8.decodeUnsafe(block, length);
  heap.free(block);
  return text;
}
