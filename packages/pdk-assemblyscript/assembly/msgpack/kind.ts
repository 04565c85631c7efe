/** What a MessagePack value is, as its first byte tells. */
export enum Kind {
  /** The bytes are used up. */
  End,
  Nil,
  Bool,
  /** An integer in a signed format; it may be positive all the same. */
  Int,
  /** An integer in an unsigned format, possibly beyond the largest `i64`. */
  Uint,
  Float,
  String,
  Bytes,
  Array,
  Map,
  /** An application's own type, such as a timestamp. */
  Extension,
  /** 0xc1, which no value starts with. */
  Invalid,
}

/** The kind of the value that starts with `lead`. */
export function kindOf(lead: u8): Kind {
  if (lead < 0x80) return Kind.Uint;
  if (lead < 0x90) return Kind.Map;
  if (lead < 0xa0) return Kind.Array;
  if (lead < 0xc0) return Kind.String;
  if (lead >= 0xe0) return Kind.Int;
  if (lead == 0xc0) return Kind.Nil;
  if (lead == 0xc1) return Kind.Invalid;
  if (lead < 0xc4) return Kind.Bool;
  if (lead < 0xc7) return Kind.Bytes;
  if (lead < 0xca) return Kind.Extension;
  if (lead < 0xcc) return Kind.Float;
  if (lead < 0xd0) return Kind.Uint;
  if (lead < 0xd4) return Kind.Int;
  if (lead < 0xd9) return Kind.Extension;
  if (lead < 0xdc) return Kind.String;
  return lead < 0xde ? Kind.Array : Kind.Map;
}

/** A kind in words, for messages. */
export function nameOf(kind: Kind): string {
  const names: StaticArray<string> = [
    "the end", "nil", "a boolean", "an integer", "an integer", "a float", "a string", "bytes",
    "an array", "a map", "an extension", "an invalid byte",
  ];
  return names[kind];
}
