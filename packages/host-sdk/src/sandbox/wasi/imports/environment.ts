import type { ImportGroup } from "../context.ts";
import type { GuestMemory } from "../guest-memory.ts";

/** `args_*` and `environ_*`. */
export const environment: ImportGroup = (context, memory) => ({
  args_sizes_get: (count: number, bytes: number) => writeSizes(memory, context.args, count, bytes),
  args_get: (pointers: number, bytes: number) => writeStrings(memory, context.args, pointers, bytes),
  environ_sizes_get: (count: number, bytes: number) => writeSizes(memory, context.env, count, bytes),
  environ_get: (pointers: number, bytes: number) => writeStrings(memory, context.env, pointers, bytes),
});

function totalBytes(strings: readonly Uint8Array[]): number {
  return strings.reduce((total, string) => total + string.length, 0);
}

function writeSizes(memory: GuestMemory, strings: readonly Uint8Array[], count: number, bytes: number): void {
  memory.range(bytes, 4);
  memory.setU32(count, strings.length);
  memory.setU32(bytes, totalBytes(strings));
}

/** Writes NUL-terminated strings one after the other, and a pointer to each. */
function writeStrings(
  memory: GuestMemory,
  strings: readonly Uint8Array[],
  pointers: number,
  bytes: number,
): void {
  let pointer = memory.range(pointers, strings.length * 4);
  let at = memory.range(bytes, totalBytes(strings));
  for (const string of strings) {
    memory.setU32(pointer, at);
    memory.set(at, string);
    pointer += 4;
    at += string.length;
  }
}

/** Encodes strings for a guest, each with the NUL that ends it. @throws {TypeError} for a NUL inside */
export function encodeStrings(strings: readonly string[], what: string): Uint8Array[] {
  return strings.map((string) => {
    if (string.includes("\0")) throw new TypeError(`${what} must not contain NUL: ${JSON.stringify(string)}`);
    return new TextEncoder().encode(`${string}\0`);
  });
}
