/** A call of a method on an open directory or file of the other thread. */
export interface FileCall {
  /** Which file system, or which open directory or file. */
  readonly target: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What came of it: a value, or the POSIX code of an error. */
export type FileReply = { readonly value: unknown } | { readonly code: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Packs a message and the file's bytes that go with it. */
export function pack(
  message: FileCall | FileReply,
  bytes: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(
    JSON.stringify(message, (_, value) => (typeof value === "bigint" ? { bigint: `${value}` } : value)),
  );
  const packed = new Uint8Array(4 + json.length + bytes.length);
  new DataView(packed.buffer).setUint32(0, json.length);
  packed.set(json, 4);
  packed.set(bytes, 4 + json.length);
  return packed;
}

/** The reverse of {@link pack}. */
export function unpack<Message>(packed: Uint8Array<ArrayBuffer>): {
  message: Message;
  bytes: Uint8Array<ArrayBuffer>;
} {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  const message = JSON.parse(decoder.decode(packed.subarray(4, 4 + length)), (_, value) =>
    typeof value?.bigint === "string" ? BigInt(value.bigint) : value,
  ) as Message;
  return { message, bytes: packed.subarray(4 + length) };
}
