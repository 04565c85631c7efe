import createWabt from "wabt";
import { ByteWriter, PREAMBLE } from "../../../src/wasm/writer.ts";

const wabt = await createWabt();

type Features = NonNullable<Parameters<typeof wabt.parseWat>[2]>;

/** Assembles WAT, with the proposals that the guests of this project use. */
export function wat(text: string, features: Features = {}): Uint8Array<ArrayBuffer> {
  const module = wabt.parseWat("test.wat", text, { exceptions: true, extended_const: true, ...features });
  try {
    return Uint8Array.from(module.toBinary({ write_debug_names: true }).buffer);
  } finally {
    module.destroy();
  }
}

/** A module of hand-made sections: each a number and the bytes of its body, whether valid or not. */
export function binary(
  ...sections: readonly (readonly [id: number, ...body: number[]])[]
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().bytes(PREAMBLE);
  for (const [id, ...body] of sections) writer.section(id, body);
  return writer.take();
}

/** A module that continues after the preamble with exactly these bytes. */
export function rawBinary(...bytes: number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...PREAMBLE, ...bytes]);
}

/** The body of a custom section. */
export function customBody(name: string, ...contents: number[]): number[] {
  return [...new ByteWriter().name(name).bytes(contents).take()];
}

/** The module that the engine makes of the bytes, or `undefined` if it refuses them. */
export function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}
