import { describe, expect, test } from "vitest";
import { failure } from "../../helpers/failure.ts";
import { guest, startUp } from "../guests.ts";
import { type Subject, user } from "../subject.ts";

const ran = (digit: number) => `(call $ran (i32.const ${digit}))`;

export function describeStartUp(subject: Subject): void {
  describe("start-up", () => {
    test.each([
      [
        "_initialize and nothing else but hs_init after it",
        { hs_init: `(param i32 i32) ${ran(2)}`, __wasm_call_ctors: ran(3), _initialize: ran(1) },
        12,
      ],
      [
        "the constructors where there is no _initialize",
        { hs_init: `(param i32 i32) ${ran(2)}`, __wasm_call_ctors: ran(3) },
        3,
      ],
      ["never _start", { _start: ran(4), _initialize: ran(1) }, 1],
    ])("runs %s", async (_, functions, order) => {
      const plugin = await subject.open(startUp(functions));
      expect(await failure(plugin.call("order"), "EXIT_NONZERO")).toMatchObject({ exitCode: order });
    });

    test("runs the start function of the module before all others", async () => {
      const plugin = await subject.open(
        startUp({ _initialize: ran(1) }, `(func $first ${ran(9)}) (start $first)`),
      );
      expect(await failure(plugin.call("order"), "EXIT_NONZERO")).toMatchObject({ exitCode: 91 });
    });

    test("runs again for each fresh instance", async () => {
      const plugin = await subject.open(
        guest(`(func (export "_initialize") (drop (call $count_in_var)))
          (func (export "trap") (unreachable))
          (func (export "vars") (call $output (call $var_get (call $key))))`),
      );
      expect((await plugin.call("vars")).text()).toBe("1");
      await failure(plugin.call("trap"), "TRAP");
      expect((await plugin.call("vars")).text()).toBe("2");
    });

    test.each([
      ["_initialize", startUp({ _initialize: "(unreachable)" })],
      ["__wasm_call_ctors", startUp({ __wasm_call_ctors: "(unreachable)" })],
      ["the start function", startUp({}, "(func $first (unreachable)) (start $first)")],
    ])("a trap in %s fails the creation", async (_, module) => {
      await failure(subject.open(module), "TRAP");
    });

    test("an error text in start-up fails the creation", async () => {
      const module = startUp({ _initialize: "(call $error_set (call $byte (i32.const 0x21)))" });
      expect((await failure(subject.open(module), "PLUGIN_FAILED")).message).toContain("!");
    });

    test("a host function that throws in start-up fails the creation", async () => {
      const boom = new Error("boom");
      const f = () => {
        throw boom;
      };
      const module = guest(
        `(func (export "_initialize") (drop (call $f (i64.const 0))))`,
        `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
      );
      const error = await failure(subject.open(module, { functions: user(f) }), "HOST_FUNCTION_FAILED");
      expect(error.cause).toBe(boom);
    });

    test.runIf(subject.waits)("waits for asynchronous host functions", async () => {
      const f = async () => 0n;
      const module = guest(
        `(func (export "_initialize") (drop (call $f (i64.const 0))) (drop (call $count_in_var)))
        (func (export "vars") (call $output (call $var_get (call $key))))`,
        `(import "extism:host/user" "f" (func $f (param i64) (result i64)))`,
      );
      const plugin = await subject.open(module, { functions: user(f) });
      expect((await plugin.call("vars")).text()).toBe("1");
    });
  });
}
