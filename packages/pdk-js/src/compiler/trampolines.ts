import type { WasmType } from "../guest/natives.ts";
import { ByteWriter } from "./wasm/bytes.ts";

/** Opcodes (core specification, 5.4). */
const OP = { call: 0x10, localGet: 0x20, i32Const: 0x41 } as const;
const LOAD = { i32: 0x28, i64: 0x29, f32: 0x2a, f64: 0x2b } as const;
const STORE = { i32: 0x36, i64: 0x37, f32: 0x38, f64: 0x39 } as const;
const SLOT_BYTES = 8;

/** `() → i32`: runs export number `index`. */
export function runTrampoline(index: number, run: number): Uint8Array {
  return new ByteWriter().byte(OP.i32Const).s32(index).byte(OP.call).u32(run).finish();
}

/**
 * `(scratch: i32) → ()`: takes the parameters from the scratch, 8 bytes apart, calls the import,
 * and leaves the result at the start of the scratch.
 */
export function hostTrampoline(
  params: readonly WasmType[],
  result: WasmType | null,
  target: number,
): Uint8Array {
  const code = new ByteWriter();
  if (result !== null) code.byte(OP.localGet).u32(0);
  for (const [at, type] of params.entries()) {
    code
      .byte(OP.localGet)
      .u32(0)
      .byte(LOAD[type])
      .u32(0)
      .u32(at * SLOT_BYTES);
  }
  code.byte(OP.call).u32(target);
  if (result !== null) code.byte(STORE[result]).u32(0).u32(0);
  return code.finish();
}
