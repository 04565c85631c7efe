import { sizeOf, startOf } from "../buffer";
import { encodeUtf8, utf8Length } from "../utf8";

/**
 * Writes MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), each value in its shortest format.
 *
 * An array or a map is its header followed by that many values, or pairs of key and value. Every method returns the
 * writer, so that calls chain.
 */
export class MsgpackWriter {
  private buffer: ArrayBuffer;
  private length: usize = 0;

  /** @param capacity bytes to start with; the buffer doubles when it is full. */
  constructor(capacity: i32 = 256) {
    this.buffer = new ArrayBuffer(max(capacity, 16));
  }

  /** What has been written so far, without a copy. */
  toBytes(): Uint8Array {
    return Uint8Array.wrap(this.buffer, 0, <i32>this.length);
  }

  writeNil(): MsgpackWriter {
    return this.put<u8>(0xc0);
  }

  writeBool(value: bool): MsgpackWriter {
    return this.put<u8>(value ? 0xc3 : 0xc2);
  }

  writeInt(value: i64): MsgpackWriter {
    if (value >= 0) return this.writeUint(<u64>value);
    if (value >= -32) return this.put<u8>(<u8>value);
    if (value >= i8.MIN_VALUE) return this.put<u8>(0xd0).put<u8>(<u8>value);
    if (value >= i16.MIN_VALUE) return this.put<u8>(0xd1).put<u16>(<u16>value);
    if (value >= i32.MIN_VALUE) return this.put<u8>(0xd2).put<u32>(<u32>value);
    return this.put<u8>(0xd3).put<u64>(<u64>value);
  }

  writeUint(value: u64): MsgpackWriter {
    if (value < 0x80) return this.put<u8>(<u8>value);
    if (value <= u8.MAX_VALUE) return this.put<u8>(0xcc).put<u8>(<u8>value);
    if (value <= u16.MAX_VALUE) return this.put<u8>(0xcd).put<u16>(<u16>value);
    if (value <= u32.MAX_VALUE) return this.put<u8>(0xce).put<u32>(<u32>value);
    return this.put<u8>(0xcf).put<u64>(value);
  }

  writeFloat32(value: f32): MsgpackWriter {
    return this.put<u8>(0xca).put<u32>(reinterpret<u32>(value));
  }

  writeFloat(value: f64): MsgpackWriter {
    return this.put<u8>(0xcb).put<u64>(reinterpret<u64>(value));
  }

  writeString(value: string): MsgpackWriter {
    const length = utf8Length(value);
    if (length < 32) this.put<u8>(<u8>(0xa0 | length));
    else if (length <= 0xff) this.put<u8>(0xd9).put<u8>(<u8>length);
    else if (length <= 0xffff) this.put<u8>(0xda).put<u16>(<u16>length);
    else this.put<u8>(0xdb).put<u32>(<u32>length);
    const encoded = encodeUtf8(value, length);
    this.append(encoded, length);
    heap.free(encoded);
    return this;
  }

  /** @param value `Uint8Array` (a subarray gives just its own bytes), `StaticArray<u8>` or `ArrayBuffer`. */
  writeBytes<T>(value: T): MsgpackWriter {
    const length = sizeOf(value);
    if (length <= 0xff) this.put<u8>(0xc4).put<u8>(<u8>length);
    else if (length <= 0xffff) this.put<u8>(0xc5).put<u16>(<u16>length);
    else this.put<u8>(0xc6).put<u32>(<u32>length);
    return this.append(startOf(value), length);
  }

  /** Starts an array: `count` values follow. */
  writeArray(count: u32): MsgpackWriter {
    if (count < 16) return this.put<u8>(<u8>(0x90 | count));
    if (count <= 0xffff) return this.put<u8>(0xdc).put<u16>(<u16>count);
    return this.put<u8>(0xdd).put<u32>(count);
  }

  /** Starts a map: `count` pairs of key and value follow. */
  writeMap(count: u32): MsgpackWriter {
    if (count < 16) return this.put<u8>(<u8>(0x80 | count));
    if (count <= 0xffff) return this.put<u8>(0xde).put<u16>(<u16>count);
    return this.put<u8>(0xdf).put<u32>(count);
  }

  /** @param type 0 to 127 are the application's own; negative ones are the specification's, -1 a timestamp. */
  writeExtension<T>(type: i8, data: T): MsgpackWriter {
    const length = sizeOf(data);
    if (length <= 16 && popcnt<u32>(<u32>length) == 1) this.put<u8>(<u8>(0xd4 + ctz<u32>(<u32>length)));
    else if (length <= 0xff) this.put<u8>(0xc7).put<u8>(<u8>length);
    else if (length <= 0xffff) this.put<u8>(0xc8).put<u16>(<u16>length);
    else this.put<u8>(0xc9).put<u32>(<u32>length);
    return this.put<u8>(<u8>type).append(startOf(data), length);
  }

  private put<T>(value: T): MsgpackWriter {
    store<T>(this.reserve(sizeof<T>()), bswap<T>(value));
    return this;
  }

  private append(source: usize, count: usize): MsgpackWriter {
    memory.copy(this.reserve(count), source, count);
    return this;
  }

  /** Makes room for `count` bytes at the end, and returns where they go. */
  private reserve(count: usize): usize {
    const needed = this.length + count;
    const capacity = <usize>this.buffer.byteLength;
    if (needed > capacity) {
      const grown = new ArrayBuffer(<i32>max(needed, capacity * 2));
      memory.copy(changetype<usize>(grown), changetype<usize>(this.buffer), this.length);
      this.buffer = grown;
    }
    const start = changetype<usize>(this.buffer) + this.length;
    this.length = needed;
    return start;
  }
}
