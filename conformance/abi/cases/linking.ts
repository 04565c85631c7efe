import { defineCases, error, i64, text } from "../case.ts";

/** A main module that outputs one i64, computed by `body`. */
function main(imports: string, body: string, more = "") {
  return {
    wat: `(module
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
      (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
      ${imports}
      ${more}
      (func (export "run") (local $handle i64)
        (local.set $handle (call $alloc (i64.const 8)))
        (call $store_u64 (local.get $handle) ${body})
        (call $output_set (local.get $handle) (i64.const 8))))`,
  };
}

const constant = (value: number) => ({
  wat: `(module (func (export "value") (result i64) (i64.const ${value})))`,
});
const importsValue = `(import "lib" "value" (func $value (result i64)))`;
const runs = (value: number) => ({ steps: [{ call: "run", gives: i64(value) }] });

/** Counts its calls; whoever shares the instance shares the count. */
const counter = {
  wat: `(module (global $n (mut i64) (i64.const 0))
    (func (export "count") (result i64)
      (global.set $n (i64.add (global.get $n) (i64.const 1))) (global.get $n)))`,
};
const viaCounter = {
  wat: `(module (import "counter" "count" (func $count (result i64))) (func (export "value") (result i64) (call $count)))`,
};

/** Two modules that call each other: even(n) = n = 0 or odd(n − 1), and the reverse. */
const parity = (own: string, other: string, atZero: number) => `
  (func $own (export "${own}") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0))
      (then (i64.const ${atZero}))
      (else (call $${other} (i64.sub (local.get 0) (i64.const 1))))))`;
const importsOdd = `(import "odd" "odd" (func $odd (param i64) (result i64)))`;
const oddModule = {
  wat: `(module (import "main" "even" (func $even (param i64) (result i64))) ${parity("odd", "even", 0)})`,
};

export const linking = defineCases("linking", [
  { says: "one module needs no name", modules: [{ guest: main("", "(i64.const 7)") }], ...runs(7) },
  {
    says: "one module may have any name",
    modules: [{ name: "lib", guest: main("", "(i64.const 7)") }],
    ...runs(7),
  },
  {
    says: "the last module is main where none is called so",
    modules: [{ name: "lib", guest: constant(7) }, { guest: main(importsValue, "(call $value)") }],
    ...runs(7),
  },
  {
    says: "the last module is main, also under another name",
    modules: [
      { name: "lib", guest: constant(7) },
      { name: "app", guest: main(importsValue, "(call $value)") },
    ],
    ...runs(7),
  },
  {
    says: "the module called main is main, wherever it stands",
    modules: [
      { name: "main", guest: main(importsValue, "(call $value)") },
      { name: "lib", guest: constant(7) },
    ],
    ...runs(7),
  },
  {
    says: "an import chain of three",
    modules: [
      { name: "counter", guest: counter },
      { name: "lib", guest: viaCounter },
      { name: "main", guest: main(importsValue, "(i64.add (call $value) (call $value))") },
    ],
    ...runs(3),
  },
  {
    says: "a module that two others import is one instance",
    modules: [
      { name: "counter", guest: counter },
      { name: "lib", guest: viaCounter },
      {
        name: "main",
        guest: main(
          `${importsValue} (import "counter" "count" (func $count (result i64)))`,
          "(i64.add (i64.mul (i64.const 10) (call $value)) (call $count))",
        ),
      },
    ],
    ...runs(12),
  },
  {
    says: "functions may form a cycle",
    modules: [
      { name: "odd", guest: oddModule },
      { name: "main", guest: main(importsOdd, "(call $own (i64.const 10))", parity("even", "odd", 1)) },
    ],
    ...runs(1),
  },
  {
    says: "several functions may cross a cycle",
    modules: [
      {
        name: "lib",
        guest: {
          wat: `(module
            (import "main" "two" (func $two (result i64)))
            (import "main" "three" (func $three (result i64)))
            (func (export "value") (result i64) (i64.add (i64.mul (call $two) (i64.const 10)) (call $three))))`,
        },
      },
      {
        name: "main",
        guest: main(
          importsValue,
          "(call $value)",
          `(func (export "two") (result i64) (i64.const 2)) (func (export "three") (result i64) (i64.const 3))`,
        ),
      },
    ],
    ...runs(23),
  },
  {
    says: "blocks pass between modules as handles",
    modules: [
      {
        name: "lib",
        guest: {
          wat: `(module
            (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
            (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
            (func (export "block") (result i64) (local $handle i64)
              (local.set $handle (call $alloc (i64.const 8)))
              (call $store_u64 (local.get $handle) (i64.const 7))
              (local.get $handle)))`,
        },
      },
      {
        guest: {
          wat: `(module
            (import "lib" "block" (func $block (result i64)))
            (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
            (func (export "run") (call $output_set (call $block) (i64.const 8))))`,
        },
      },
    ],
    ...runs(7),
  },
  {
    says: "memories, tables and globals can be imported",
    modules: [
      {
        name: "lib",
        guest: {
          wat: `(module
            (memory (export "memory") 1) (data (i32.const 8) "\\07")
            (global (export "base") i64 (i64.const 30))
            (table (export "table") funcref (elem $two))
            (func $two (result i64) (i64.const 200)))`,
        },
      },
      {
        guest: main(
          `(import "lib" "memory" (memory 1)) (import "lib" "base" (global $base i64))
           (import "lib" "table" (table 1 funcref))`,
          `(i64.add (i64.add (i64.load (i32.const 8)) (global.get $base))
             (call_indirect (result i64) (i32.const 0)))`,
        ),
      },
    ],
    ...runs(237),
  },
  {
    says: "exports of a library cannot be called from outside",
    modules: [{ name: "lib", guest: constant(7) }, { guest: main(importsValue, "(call $value)") }],
    steps: [{ call: "value", gives: error("EXPORT_MISSING", "value") }],
  },
  {
    says: "an import of an unknown module is refused by name",
    modules: [{ guest: main(importsValue, "(call $value)") }],
    refused: error("IMPORT_UNRESOLVED", "lib"),
  },
  {
    says: "an import that the library does not export is refused by name",
    modules: [
      { name: "lib", guest: { wat: `(module (func (export "valued") (result i64) (i64.const 1)))` } },
      { guest: main(importsValue, "(call $value)") },
    ],
    refused: error("IMPORT_UNRESOLVED", "value"),
  },
  {
    says: "an unknown import of extism:host/env is refused by name",
    modules: [
      { guest: { wat: `(module (import "extism:host/env" "allocate" (func (param i64) (result i64))))` } },
    ],
    refused: error("IMPORT_UNRESOLVED", "allocate"),
  },
  {
    says: "an import of a library with another signature is refused",
    modules: [
      { name: "lib", guest: { wat: `(module (func (export "value") (result i32) (i32.const 1)))` } },
      { guest: main(importsValue, "(call $value)") },
    ],
    refused: error("IMPORT_UNRESOLVED"),
  },
  {
    says: "the HTTP imports are there for guests that never use them",
    guest: "http-imports",
    steps: [{ call: "hello", gives: text("loaded") }],
  },
  {
    says: "a module without a memory loads",
    guest: { wat: `(module (func (export "run")))` },
    steps: [{ call: "run", gives: text("") }],
  },
]);
