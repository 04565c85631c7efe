/**
 * Text that can be written as UTF-8: a lone surrogate has no encoding, and becomes U+FFFD as the Encoding
 * standard has it. (The engine on its own would write three bytes that no decoder accepts.)
 */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
