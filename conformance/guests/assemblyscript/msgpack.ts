import { input, Kind, MsgpackReader, MsgpackWriter, output } from "@mortise/pdk-assemblyscript";

/** Reads the MessagePack values in the input, and writes each of them anew. */
export function msgpack(): i32 {
  const reader = new MsgpackReader(input());
  const writer = new MsgpackWriter();
  while (reader.peek() != Kind.End) copy(reader, writer);
  output(writer.toBytes());
  return 0;
}

function copy(reader: MsgpackReader, writer: MsgpackWriter): void {
  switch (reader.peek()) {
    case Kind.Nil:
      reader.acceptNil();
      writer.writeNil();
      break;
    case Kind.Bool:
      writer.writeBool(reader.readBool());
      break;
    case Kind.Int:
      writer.writeInt(reader.readInt());
      break;
    case Kind.Uint:
      writer.writeUint(reader.readUint());
      break;
    case Kind.Float:
      writer.writeFloat(reader.readFloat());
      break;
    case Kind.String:
      writer.writeString(reader.readString());
      break;
    case Kind.Bytes:
      writer.writeBytes(reader.readBytes());
      break;
    case Kind.Extension: {
      const extension = reader.readExtension();
      writer.writeExtension(extension.type, extension.data);
      break;
    }
    case Kind.Array:
      copyItems(reader, writer, reader.readArray(), false);
      break;
    case Kind.Map:
      copyItems(reader, writer, reader.readMap(), true);
      break;
    default:
      reader.skip();
  }
}

function copyItems(reader: MsgpackReader, writer: MsgpackWriter, count: u32, isMap: bool): void {
  if (isMap) writer.writeMap(count);
  else writer.writeArray(count);
  for (let index: u32 = 0; index < count; index++) {
    if (isMap) copy(reader, writer);
    copy(reader, writer);
  }
}
