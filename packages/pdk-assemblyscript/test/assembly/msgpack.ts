import { input, inputString, Kind, MsgpackReader, MsgpackWriter, output, outputString } from "@mortise/pdk-assemblyscript";

/** Reads every value of the input and writes it anew. */
export function copyAll(): void {
  const reader = new MsgpackReader(input());
  const writer = new MsgpackWriter(0);
  while (reader.peek() != Kind.End) copy(reader, writer);
  output(writer.toBytes());
}

function copy(reader: MsgpackReader, writer: MsgpackWriter): void {
  const kind = reader.peek();
  if (kind == Kind.Bool) writer.writeBool(reader.readBool());
  else if (kind == Kind.Int) writer.writeInt(reader.readInt());
  else if (kind == Kind.Uint) writer.writeUint(reader.readUint());
  else if (kind == Kind.Float) writer.writeFloat(reader.readFloat());
  else if (kind == Kind.String) writer.writeString(reader.readString());
  else if (kind == Kind.Bytes) writer.writeBytes(reader.readBytes());
  else if (kind == Kind.Array) copyArray(reader, writer);
  else if (kind == Kind.Map) copyMap(reader, writer);
  else if (kind == Kind.Extension) copyExtension(reader, writer);
  else {
    if (!reader.acceptNil()) reader.skip();
    writer.writeNil();
  }
}

function copyArray(reader: MsgpackReader, writer: MsgpackWriter): void {
  const count = reader.readArray();
  writer.writeArray(count);
  for (let index: u32 = 0; index < count; index++) copy(reader, writer);
}

function copyMap(reader: MsgpackReader, writer: MsgpackWriter): void {
  const count = reader.readMap();
  writer.writeMap(count);
  for (let index: u32 = 0; index < count; index++) {
    copy(reader, writer);
    copy(reader, writer);
  }
}

function copyExtension(reader: MsgpackReader, writer: MsgpackWriter): void {
  const extension = reader.readExtension();
  writer.writeExtension(extension.type, extension.data);
}

/** Skips one value, and tells how many bytes are left. */
export function skipOne(): void {
  const reader = new MsgpackReader(input());
  reader.skip();
  outputString(reader.remaining.toString());
}

export function readInt(): void {
  outputString(new MsgpackReader(input()).readInt().toString());
}

export function readUint(): void {
  outputString(new MsgpackReader(input()).readUint().toString());
}

export function readFloat(): void {
  outputString(new MsgpackReader(input()).readFloat().toString());
}

export function readString(): void {
  outputString(new MsgpackReader(input()).readString());
}

export function writeInt(): void {
  output(new MsgpackWriter().writeInt(I64.parseInt(inputString())).toBytes());
}

export function writeUint(): void {
  output(new MsgpackWriter().writeUint(U64.parseInt(inputString())).toBytes());
}

export function writeFloat32(): void {
  output(new MsgpackWriter().writeFloat32(1.5).toBytes());
}
