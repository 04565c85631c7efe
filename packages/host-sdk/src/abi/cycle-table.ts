import { PluginError } from "../errors.ts";
import type { FunctionType, ValueType } from "../wasm/types.ts";
import { ByteWriter, PREAMBLE } from "../wasm/writer.ts";

/**
 * Ties function imports between modules that need each other. Each such import becomes a small wasm function that
 * calls through a table, whose entries are filled when every module is there. A JavaScript closure in its place
 * could not be suspended (JavaScript Promise Integration).
 */
export interface CycleTable {
  /** A function with the given type that will call `module`'s export `name`. */
  defer(module: string, name: string, type: FunctionType | undefined): WebAssembly.ImportValue;
  /** Fills the table. */
  tie(exportsOf: (module: string) => WebAssembly.Exports | undefined): void;
}

export function createCycleTable(): CycleTable {
  const deferred: { readonly module: string; readonly name: string }[] = [];
  let table: WebAssembly.Table | undefined;
  return {
    defer(module, name, type) {
      if (!type) {
        throw new PluginError(
          "UNSUPPORTED",
          `modules that import each other's functions (here ${module}.${name}) must be given as bytes: a compiled WebAssembly.Module hides its signatures`,
        );
      }
      table ??= new WebAssembly.Table({ element: "anyfunc", initial: 0 });
      const index = table.grow(1);
      deferred.push({ module, name });
      const thunk = new WebAssembly.Module(thunkModule(type, index));
      return new WebAssembly.Instance(thunk, { cycle: { table } }).exports["call"] as WebAssembly.ImportValue;
    },
    tie(exportsOf) {
      deferred.forEach(
        ({ module, name }, index) => void table?.set(index, exportsOf(module)?.[name] as CallableFunction),
      );
    },
  };
}

const TYPE_BYTES: Readonly<Partial<Record<ValueType, number>>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
};

/** A module that imports a table and exports one function, which passes its arguments on to the entry at `index`. */
function thunkModule(type: FunctionType, index: number): Uint8Array<ArrayBuffer> {
  const types = (values: readonly ValueType[]) => new ByteWriter().sized(values.map(typeByte)).take();
  const body = new ByteWriter().unsigned(0);
  for (let i = 0; i < type.params.length; i++) body.byte(0x20).unsigned(i); // local.get
  body.byte(0x41).signed(index).bytes([0x11, 0x00, 0x00, 0x0b]); // i32.const, call_indirect type 0 table 0, end
  const section = () => new ByteWriter().unsigned(1);
  return new ByteWriter()
    .bytes(PREAMBLE)
    .section(1, section().byte(0x60).bytes(types(type.params)).bytes(types(type.results)).take())
    .section(2, section().name("cycle").name("table").bytes([0x01, 0x70, 0x00, 0x00]).take())
    .section(3, section().unsigned(0).take())
    .section(7, section().name("call").bytes([0x00, 0x00]).take())
    .section(10, section().sized(body.take()).take())
    .take();
}

function typeByte(type: ValueType): number {
  const byte = TYPE_BYTES[type];
  if (byte === undefined) {
    throw new PluginError(
      "UNSUPPORTED",
      `a function with a ${type} parameter or result cannot be part of a cycle of modules`,
    );
  }
  return byte;
}
