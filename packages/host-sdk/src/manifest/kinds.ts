// Told apart by their tag and not by `instanceof`, which fails for values of another realm (test runners,
// iframes, node:vm) and of another implementation of fetch.

/** What kind of value it is, for a message and for comparison: `Null`, `Array`, `Map`, `Response`, … */
export function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function hasTag(value: unknown, tag: string): boolean {
  return typeof value === "object" && typeName(value) === tag;
}

/** Whether a value is an object of keys and values, and not an array, a `Map` or the like, whose keys would be missed. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return hasTag(value, "Object");
}

/** Whether a value is a `Uint8Array`; Node's `Buffer` is one. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && hasTag(value, "Uint8Array");
}

/** Whether a value is an `ArrayBuffer` (a `SharedArrayBuffer` is not). */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return hasTag(value, "ArrayBuffer");
}

/** Whether a value is a `URL`. */
export function isUrl(value: unknown): value is URL {
  return hasTag(value, "URL");
}

/** Whether a value is a `Response` of fetch. */
export function isResponse(value: unknown): value is Response {
  return hasTag(value, "Response");
}

/** Whether a value is a `WebAssembly.Module`. */
export function isModule(value: unknown): value is WebAssembly.Module {
  return hasTag(value, "WebAssembly.Module");
}

/**
 * Copies exactly the bytes that a view shows, or those of a whole buffer, so that nothing that its owner does
 * afterwards can change them, and nothing around the view comes along (Node's small `Buffer`s share a pool).
 */
export function copyBytes(source: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return isArrayBuffer(source) ? new Uint8Array(source.slice(0)) : new Uint8Array(source);
}
