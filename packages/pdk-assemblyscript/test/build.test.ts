import { beforeAll, describe, expect, test } from "vitest";
import { compileModule } from "./support/compile.ts";

/** The imports that the guest ABI knows. */
const ABI = new Set(
  `alloc free length length_unsafe load_u8 load_u64 store_u8 store_u64 input_offset input_length input_load_u8
  input_load_u64 output_set error_set error_get config_get var_get var_set http_request http_status_code http_headers
  log_trace log_debug log_info log_warn log_error get_log_level`.split(/\s+/),
);

describe("a plugin built with plugin.json", () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = new WebAssembly.Module(await compileModule("bytes"));
  }, 60_000);

  test("imports nothing but the guest ABI", () => {
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      expect([from, kind]).toEqual(["extism:host/env", "function"]);
      expect(ABI).toContain(name);
    }
  });

  test("exports what direct transfer needs: a table that grows and a mutable i32 that is 0", () => {
    const imports = Object.fromEntries([...ABI].map((name) => [name, () => 0n]));
    const { exports } = new WebAssembly.Instance(module, { "extism:host/env": imports });
    const flag = exports["mortise_direct"] as WebAssembly.Global;
    const table = exports["table"] as WebAssembly.Table;
    expect(flag.value).toBe(0);
    flag.value = 2 ** 31 - 1;
    expect(flag.value).toBe(2 ** 31 - 1);
    expect(table.grow(100_000)).toBe(table.length - 100_000);
  });
});

test("a plugin imports only what it uses", async () => {
  const module = new WebAssembly.Module(await compileModule("unused"));
  expect(WebAssembly.Module.imports(module)).toEqual([]);
}, 60_000);
