/**
 * Decodes base64 strictly (RFC 4648, section 4): the standard alphabet, padding where it is due, no white
 * space, unused bits zero. So every text has one meaning, the same as in other hosts.
 * @returns the bytes, or `undefined` where the text is not base64
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding))) return undefined;
  const binary = atob(text);
  if (padding > 0 && btoa(binary.slice(-(3 - padding))) !== text.slice(-4)) return undefined;
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
