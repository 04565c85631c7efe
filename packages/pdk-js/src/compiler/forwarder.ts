import { ByteWriter } from "./wasm/bytes.ts";
import { VALUE_TYPE, type ValueType } from "./wasm/module-editor.ts";
import { SECTION, writeSections } from "./wasm/sections.ts";

/**
 * Wraps a JavaScript function as a wasm function with these parameters and an i32 result, which is what a table
 * takes. (`WebAssembly.Function` would do it, but no engine ships it.)
 */
export function wrapAsWasmFunction(
  params: readonly ValueType[],
  callback: (...args: never[]) => number,
): unknown {
  const type = new ByteWriter().u32(1).byte(0x60);
  type
    .sized(Uint8Array.from(params, (param) => VALUE_TYPE[param]))
    .u32(1)
    .byte(VALUE_TYPE.i32);
  const module = writeSections([
    { id: SECTION.type, body: type.finish() },
    { id: SECTION.import, body: new ByteWriter().u32(1).name("m").name("f").byte(0).u32(0).finish() },
    { id: SECTION.export, body: new ByteWriter().u32(1).name("f").byte(0).u32(0).finish() },
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module as BufferSource), {
    m: { f: callback },
  });
  return (instance.exports as { f: unknown }).f;
}
