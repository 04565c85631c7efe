import { Kind, kindOf, nameOf } from "./kind";

/** A value of an application's own type. */
export class MsgpackExtension {
  constructor(readonly type: i8, readonly data: Uint8Array) {}
}

/**
 * Reads MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) value by value.
 *
 * Every read checks what it finds: another kind, a number that does not fit, or bytes that break off throw an `Error`
 * that tells the position. Lengths are checked against the bytes that are there, so none can make it allocate more.
 */
export class MsgpackReader {
  private bytes: Uint8Array;
  private position: usize = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The bytes that have not been read yet. */
  get remaining(): usize {
    return <usize>this.bytes.byteLength - this.position;
  }

  /** What the next value is. */
  peek(): Kind {
    return this.remaining == 0 ? Kind.End : kindOf(load<u8>(this.bytes.dataStart + this.position));
  }

  /** Takes a nil if it is next: `if (reader.acceptNil()) …` */
  acceptNil(): bool {
    if (this.peek() != Kind.Nil) return false;
    this.position++;
    return true;
  }

  readBool(): bool {
    return this.lead(Kind.Bool) == 0xc3;
  }

  /** An integer; one beyond the largest `i64` is an error. */
  readInt(): i64 {
    if (this.peek() == Kind.Int) return this.signed();
    const value = this.unsigned();
    if (value > <u64>i64.MAX_VALUE) this.fail("the integer is too large for i64");
    return <i64>value;
  }

  /** An integer; a negative one is an error. */
  readUint(): u64 {
    if (this.peek() != Kind.Int) return this.unsigned();
    const value = this.signed();
    if (value < 0) this.fail("the integer is negative");
    return <u64>value;
  }

  /** A float, or an integer, since writers shorten whole floats to integers. */
  readFloat(): f64 {
    const kind = this.peek();
    if (kind == Kind.Int) return <f64>this.signed();
    if (kind == Kind.Uint) return <f64>this.unsigned();
    return this.lead(Kind.Float) == 0xca
      ? <f64>reinterpret<f32>(this.take<u32>())
      : reinterpret<f64>(this.take<u64>());
  }

  readString(): string {
    const length = this.length(this.lead(Kind.String));
    const start = this.advance(length);
    return String.UTF8.decodeUnsafe(start, length);
  }

  /** A copy of the bytes. */
  readBytes(): Uint8Array {
    return this.copy(this.length(this.lead(Kind.Bytes)));
  }

  /** An array's header: the number of values that follow. */
  readArray(): u32 {
    return <u32>this.count(this.lead(Kind.Array), 1);
  }

  /** A map's header: the number of pairs of key and value that follow. */
  readMap(): u32 {
    return <u32>this.count(this.lead(Kind.Map), 2);
  }

  readExtension(): MsgpackExtension {
    const length = this.length(this.lead(Kind.Extension));
    const type = <i8>this.take<u8>();
    return new MsgpackExtension(type, this.copy(length));
  }

  /** Passes over the next value, with everything in it. */
  skip(): void {
    // A count instead of recursion: deep nesting must not use up the stack.
    for (let values: u64 = 1; values > 0; values--) {
      const kind = this.peek();
      if (kind == Kind.Array) values += <u64>this.readArray();
      else if (kind == Kind.Map) values += 2 * <u64>this.readMap();
      else this.skipScalar(kind);
    }
  }

  private skipScalar(kind: Kind): void {
    if (kind == Kind.String || kind == Kind.Bytes) this.advance(this.length(this.lead(kind)));
    else if (kind == Kind.Extension) this.skipExtension();
    else if (kind == Kind.Int) this.signed();
    else if (kind == Kind.Uint) this.unsigned();
    else if (kind == Kind.Float) this.readFloat();
    else if (!this.acceptNil()) this.readBool();
  }

  private skipExtension(): void {
    const length = this.length(this.lead(Kind.Extension));
    this.take<u8>();
    this.advance(length);
  }

  private signed(): i64 {
    const lead = this.lead(Kind.Int);
    if (lead == 0xd0) return <i64><i8>this.take<u8>();
    if (lead == 0xd1) return <i64><i16>this.take<u16>();
    if (lead == 0xd2) return <i64><i32>this.take<u32>();
    if (lead == 0xd3) return <i64>this.take<u64>();
    return <i64><i8>lead;
  }

  private unsigned(): u64 {
    const lead = this.lead(Kind.Uint);
    if (lead == 0xcc) return <u64>this.take<u8>();
    if (lead == 0xcd) return <u64>this.take<u16>();
    if (lead == 0xce) return <u64>this.take<u32>();
    if (lead == 0xcf) return this.take<u64>();
    return <u64>lead;
  }

  /** The length in bytes of the string, byte array or extension that starts with `lead`. */
  private length(lead: u8): usize {
    if (lead < 0xc0) return <usize>(lead & 0x1f);
    if (lead >= 0xd4 && lead <= 0xd8) return 1 << <usize>(lead - 0xd4);
    if (lead == 0xc4 || lead == 0xc7 || lead == 0xd9) return <usize>this.take<u8>();
    if (lead == 0xc5 || lead == 0xc8 || lead == 0xda) return <usize>this.take<u16>();
    return <usize>this.take<u32>();
  }

  /** The count of the array or map that starts with `lead`, whose items take `size` values, so as many bytes or more. */
  private count(lead: u8, size: u64): usize {
    let count = <usize>(lead & 0x0f);
    if (lead == 0xdc || lead == 0xde) count = <usize>this.take<u16>();
    else if (lead == 0xdd || lead == 0xdf) count = <usize>this.take<u32>();
    if (<u64>count * size > <u64>this.remaining) this.fail("the bytes break off");
    return count;
  }

  private lead(expected: Kind): u8 {
    const found = this.peek();
    if (found != expected) this.fail("expected " + nameOf(expected) + ", found " + nameOf(found));
    return this.take<u8>();
  }

  private take<T>(): T {
    return bswap<T>(load<T>(this.advance(sizeof<T>())));
  }

  private copy(length: usize): Uint8Array {
    const start = this.advance(length);
    const bytes = new Uint8Array(<i32>length);
    memory.copy(bytes.dataStart, start, length);
    return bytes;
  }

  /** Passes over `count` bytes and returns the address of the first. */
  private advance(count: usize): usize {
    if (count > this.remaining) this.fail("the bytes break off");
    const start = this.bytes.dataStart + this.position;
    this.position += count;
    return start;
  }

  private fail(what: string): void {
    throw new Error("MessagePack: " + what + " at byte " + this.position.toString());
  }
}
