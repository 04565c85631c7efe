/** What is accepted as bytes: a buffer, or any view, whose own range counts. */
export type BytesLike = ArrayBuffer | ArrayBufferView;

/** A view on the same bytes, without a copy. @throws TypeError naming `what` when it is not bytes. */
export function toBytes(value: unknown, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`${what} must be an ArrayBuffer, a typed array or a DataView, not ${typeName(value)}`);
}

/** @throws TypeError naming `what` when `value` is not a string. */
export function checkText(value: unknown, what: string): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string, not ${typeName(value)}`);
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return value.constructor?.name ?? "object";
}
