/** Byte containers: what the functions that take bytes accept, and buffers that are about to be overwritten. */

/** The runtime's objects stay under 1 GiB, headers included. */
const LARGEST_BUFFER: u32 = (1 << 30) - 64;

/** The guest address of the first byte of `bytes`: an `ArrayBuffer`, a `StaticArray<u8>` or a (sub)array view. */
// @ts-ignore: decorator
@inline
export function startOf<T>(bytes: T): usize {
  if (isNullable<T>()) return startOf<NonNullable<T>>(bytes!);
  if (bytes instanceof ArrayBuffer) return changetype<usize>(bytes);
  if (bytes instanceof StaticArray<u8>) return changetype<usize>(bytes);
  if (bytes instanceof Uint8Array) return bytes.dataStart;
  ERROR("expected bytes: Uint8Array, StaticArray<u8> or ArrayBuffer");
  return 0;
}

/** The number of bytes in `bytes`. */
// @ts-ignore: decorator
@inline
export function sizeOf<T>(bytes: T): usize {
  if (isNullable<T>()) return sizeOf<NonNullable<T>>(bytes!);
  if (bytes instanceof ArrayBuffer) return <usize>bytes.byteLength;
  if (bytes instanceof StaticArray<u8>) return <usize>bytes.length;
  if (bytes instanceof Uint8Array) return <usize>bytes.byteLength;
  ERROR("expected bytes: Uint8Array, StaticArray<u8> or ArrayBuffer");
  return 0;
}

/**
 * A buffer of `length` bytes whose content is arbitrary: the caller overwrites all of it.
 *
 * The incremental runtime's allocator fills each object with zeros, since the garbage collector may look for pointers in
 * it before they are written. A byte buffer holds none, so the fill is wasted; `transform.mjs` adds the switch that
 * leaves it out. The other runtimes do not fill.
 */
export function overwrittenBuffer(length: u64): ArrayBuffer {
  if (length > <u64>LARGEST_BUFFER) throw new RangeError("a buffer of " + length.toString() + " bytes is too large");
  if (isDefined(__mortise_skip_fill)) {
    // @ts-ignore: the transform declares it
    __mortise_skip_fill = true;
    const buffer = __new(<usize>length, idof<ArrayBuffer>());
    // @ts-ignore: the transform declares it
    __mortise_skip_fill = false;
    return changetype<ArrayBuffer>(buffer);
  }
  return changetype<ArrayBuffer>(__new(<usize>length, idof<ArrayBuffer>()));
}
