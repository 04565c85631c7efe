import wabt from "wabt";

const { parseWat } = await wabt();

/** Imports that most attacks need, by the name under which guests call them. */
const ENV: Readonly<Record<string, string>> = {
  alloc: "(param i64) (result i64)",
  free: "(param i64)",
  length: "(param i64) (result i64)",
  load_u8: "(param i64) (result i32)",
  load_u64: "(param i64) (result i64)",
  store_u8: "(param i64 i32)",
  store_u64: "(param i64 i64)",
  input_offset: "(result i64)",
  input_length: "(result i64)",
  input_load_u8: "(param i64) (result i32)",
  input_load_u64: "(param i64) (result i64)",
  output_set: "(param i64 i64)",
  error_set: "(param i64)",
  config_get: "(param i64) (result i64)",
  var_get: "(param i64) (result i64)",
  var_set: "(param i64 i64)",
  log_error: "(param i64)",
  http_request: "(param i64 i64) (result i64)",
  http_status_code: "(result i32)",
};

/** A constant, since wabt's types do not know all that it takes. */
const FEATURES = {
  exceptions: true,
  bulk_memory: true,
  multi_value: true,
  threads: true,
  multi_memory: true,
};

/** Compiles a module. Of `extism:host/env`, whatever the fields call by its own name is imported. */
export function guest(fields: string): Uint8Array<ArrayBuffer> {
  const imports = Object.entries(ENV)
    .filter(([name]) => new RegExp(`call \\$${name}[\\s)]`).test(fields))
    .map(([name, type]) => `(import "extism:host/env" "${name}" (func $${name} ${type}))`);
  const source = `(module\n${imports.join("\n")}\n${fields}\n(func (export "fine")))`;
  const module = parseWat("hostile.wat", source, FEATURES);
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** Repeats `body` for ever. */
export function forever(body: string): string {
  return `(loop $again ${body} (br $again))`;
}

/** Repeats `body` while the local `$n`, an `i64`, counts down to 0. */
export function countdown(body: string): string {
  return `(loop $again
    ${body}
    (br_if $again (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))`;
}
