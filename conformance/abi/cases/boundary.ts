import type { HostFunction, PluginSettings } from "../../hosts/host.ts";
import { defineCases, error, i64, text } from "../case.ts";

const shout: HostFunction = (host, handle) =>
  host.store(`${new TextDecoder().decode(host.read(BigInt(handle ?? 0))).toUpperCase()}!`);
const fail: HostFunction = () => {
  throw new RangeError("the store is closed");
};
const settings: PluginSettings = {
  functions: {
    "extism:host/user": { shout, fail, nothing: () => undefined },
    "acme:maths": { half: (_, value) => Number(value) / 2 },
    env: { add: (_, a, b) => BigInt(a ?? 0) + BigInt(b ?? 0) },
  },
};

export const functions = defineCases(
  "functions",
  [
    { says: "blocks go to the host and come back", steps: [{ call: "shout", gives: text("HELLO!") }] },
    { says: "an argument stays the guest's", steps: [{ call: "argument_stays", gives: i64(5) }] },
    { says: "a result is the guest's to free", steps: [{ call: "result_is_the_guests", gives: i64(6, 0) }] },
    {
      says: "any namespace will do, and every number type",
      steps: [{ call: "numbers", gives: i64(0xfffffffen, 25) }],
    },
    { says: "a function may return nothing", steps: [{ call: "nothing", gives: text("hello") }] },
    {
      says: "what one throws is the call's error, and the next call works",
      steps: [
        { call: "fail", gives: error("HOST_FUNCTION_FAILED", "the store is closed") },
        { call: "shout", gives: text("HELLO!") },
      ],
    },
    {
      says: "what one throws costs the guest its state",
      steps: [
        { call: "calls", gives: i64(1) },
        { call: "fail", gives: error("HOST_FUNCTION_FAILED") },
        { call: "calls", gives: i64(1) },
      ],
    },
  ].map((data) => ({ ...data, settings })),
);

const word = (value: number) => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
const MIB = 1024 * 1024;
const fourPages: PluginSettings = { maxPages: 4 };

export const limits = defineCases("limits", [
  {
    says: "a linear memory grows up to its cap, and no further",
    settings: fourPages,
    steps: [
      { call: "grow", input: word(3), gives: i64(1) },
      { call: "grow", input: word(1), gives: i64(-1) },
      { call: "grow", input: word(0), gives: i64(4) },
    ],
  },
  {
    says: "a linear memory never takes a step beyond the cap",
    settings: fourPages,
    steps: [{ call: "grow", input: word(4), gives: i64(-1) }],
  },
  {
    says: "a guest that traps for want of linear memory has reached the limit",
    settings: fourPages,
    steps: [
      { call: "grow", input: word(3), gives: i64(1) },
      { call: "grow_or_trap", input: word(1), gives: error("MEMORY_LIMIT") },
      { call: "grow", input: word(0), gives: i64(1) },
    ],
  },
  {
    says: "the kernel's memory has the cap, too",
    settings: fourPages,
    steps: [
      { call: "alloc", input: word(100_000), gives: i64(1) },
      { call: "alloc", input: word(MIB), gives: i64(0) },
      { call: "alloc", input: word(100_000), gives: i64(1) },
    ],
  },
  {
    says: "a guest that traps for want of a block has reached the limit",
    settings: fourPages,
    steps: [
      { call: "alloc_or_trap", input: word(MIB), gives: error("MEMORY_LIMIT") },
      { call: "alloc", input: word(100_000), gives: i64(1) },
    ],
  },
  {
    says: "a guest that fails for want of a block has reached the limit",
    settings: fourPages,
    steps: [{ call: "alloc_or_return_1", input: word(MIB), gives: error("MEMORY_LIMIT") }],
  },
  {
    says: "a guest that has all it asked for traps as any other",
    settings: fourPages,
    steps: [{ call: "trap", gives: error("TRAP") }],
  },
  {
    says: "a module that starts above the cap is refused, with both numbers",
    guest: { wat: `(module (memory (export "memory") 5) (func (export "run")))` },
    settings: fourPages,
    refused: error("MEMORY_LIMIT", "5"),
  },
  {
    says: "a library has the cap, too",
    settings: fourPages,
    modules: [
      {
        name: "lib",
        guest: {
          wat: `(module (memory (export "memory") 1)
            (func (export "grow") (result i32) (memory.grow (i32.const 4))))`,
        },
      },
      {
        guest: {
          wat: `(module (import "lib" "grow" (func $grow (result i32)))
            (func (export "run") (if (i32.ne (call $grow) (i32.const -1)) (then unreachable))))`,
        },
      },
    ],
    steps: [{ call: "run", gives: text("") }],
  },
  {
    says: "an imported memory has the cap, too",
    settings: fourPages,
    modules: [
      { name: "lib", guest: { wat: `(module (memory (export "memory") 1 100))` } },
      {
        guest: {
          wat: `(module (import "lib" "memory" (memory 1 100))
            (func (export "run") (if (i32.ne (memory.grow (i32.const 4)) (i32.const -1)) (then unreachable))))`,
        },
      },
    ],
    steps: [{ call: "run", gives: text("") }],
  },
  {
    says: "a module's own smaller maximum stays",
    guest: {
      wat: `(module (memory (export "memory") 1 2)
        (func (export "run") (if (i32.ne (memory.grow (i32.const 2)) (i32.const -1)) (then unreachable))))`,
    },
    settings: fourPages,
    steps: [{ call: "run", gives: text("") }],
  },
]);
