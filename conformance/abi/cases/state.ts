import { defineCases, error, i64, text } from "../case.ts";

const keys = { greeting: "hello", ключ: "Wörld", empty: "", ["__proto__"]: "own" };

export const config = defineCases(
  "config",
  [
    {
      says: "a value is found by its key",
      steps: [{ call: "value", input: "greeting", gives: text("hello") }],
    },
    { says: "keys and values are UTF-8", steps: [{ call: "value", input: "ключ", gives: text("Wörld") }] },
    { says: "a missing key gives 0", steps: [{ call: "length", input: "absent", gives: i64(-1) }] },
    {
      says: "an empty value is a block of no bytes",
      steps: [{ call: "length", input: "empty", gives: i64(0) }],
    },
    { says: "constructor is no key", steps: [{ call: "length", input: "constructor", gives: i64(-1) }] },
    { says: "toString is no key", steps: [{ call: "length", input: "toString", gives: i64(-1) }] },
    { says: "__proto__ can be a key", steps: [{ call: "value", input: "__proto__", gives: text("own") }] },
    { says: "the key is consumed", steps: [{ call: "key_is_consumed", input: "greeting", gives: i64(0) }] },
    {
      says: "freeing the key afterwards leaves the value",
      steps: [{ call: "key_freed_afterwards", input: "greeting", gives: text("hello") }],
    },
    {
      says: "freeing the key afterwards leaves a newer block",
      steps: [{ call: "key_freed_after_alloc", input: "greeting", gives: i64(5) }],
    },
    { says: "the null handle is no key", steps: [{ call: "null_key", gives: i64(0) }] },
    { says: "what is no handle fails the call", steps: [{ call: "wild_key", gives: error("any") }] },
    {
      says: "a freed key fails the call",
      steps: [{ call: "freed_key", input: "greeting", gives: error("any") }],
    },
  ].map((data) => ({ ...data, settings: { config: keys } })),
);

const functions = {
  "extism:host/user": { empty_block: (host: { store(text: string): bigint }) => host.store("") },
};
const limit = (maxVarBytes?: number) => ({
  settings: { functions, ...(maxVarBytes === undefined ? {} : { maxVarBytes }) },
});

export const vars = defineCases("vars", [
  {
    says: "they outlive the call",
    ...limit(),
    steps: [
      { call: "set", input: "k=Wörld", gives: text("") },
      { call: "get", input: "k", gives: text("Wörld") },
      { call: "set", input: "k=2", gives: text("") },
      { call: "get", input: "k", gives: text("2") },
    ],
  },
  { says: "a missing one gives 0", ...limit(), steps: [{ call: "length", input: "k", gives: i64(-1) }] },
  {
    says: "value 0 deletes",
    ...limit(),
    steps: [
      { call: "set", input: "k=v", gives: text("") },
      { call: "delete", input: "k", gives: text("") },
      { call: "length", input: "k", gives: i64(-1) },
      { call: "delete", input: "k", gives: text("") },
    ],
  },
  {
    says: "an empty value is a block of no bytes",
    ...limit(),
    steps: [
      { call: "set_empty", input: "k", gives: text("") },
      { call: "length", input: "k", gives: i64(0) },
    ],
  },
  ...["__proto__", "constructor", "ключ"].map((key) => ({
    says: `${key} is a key like any other`,
    ...limit(),
    steps: [
      { call: "length", input: key, gives: i64(-1) },
      { call: "set", input: `${key}=v`, gives: text("") },
      { call: "get", input: key, gives: text("v") },
    ],
  })),
  {
    says: "var_set consumes key and value",
    ...limit(),
    steps: [{ call: "set_consumes", input: "k=v", gives: i64(0, 0) }],
  },
  {
    says: "var_get consumes the key",
    ...limit(),
    steps: [{ call: "get_consumes", input: "k", gives: i64(0) }],
  },
  {
    says: "var_get gives a copy",
    ...limit(),
    steps: [
      { call: "set", input: "k=value", gives: text("") },
      { call: "get_twice", input: "k", gives: text("value") },
    ],
  },
  {
    says: "freeing the key afterwards leaves the value",
    ...limit(),
    steps: [
      { call: "set", input: "key=val", gives: text("") },
      { call: "key_freed_afterwards", input: "key", gives: text("val") },
    ],
  },
  ...["get_wild", "set_wild_key", "set_wild_value"].map((call) => ({
    says: `what is no handle fails the call (${call})`,
    ...limit(),
    steps: [
      { call, input: "k=v", gives: error("any") },
      { call: "length", input: "k", gives: i64(-1) },
    ],
  })),
  {
    says: "the limit counts keys and values",
    ...limit(16),
    steps: [
      { call: "set", input: `k=${"a".repeat(15)}`, gives: text("") },
      { call: "set", input: `k=${"b".repeat(16)}`, gives: error("VAR_LIMIT") },
      { call: "get", input: "k", gives: text("a".repeat(15)) },
      { call: "set", input: "l=1", gives: error("VAR_LIMIT") },
    ],
  },
  {
    says: "an overwrite counts only the new value",
    ...limit(16),
    steps: [
      { call: "set", input: `k=${"a".repeat(12)}`, gives: text("") },
      { call: "set", input: `k=${"b".repeat(15)}`, gives: text("") },
      { call: "get", input: "k", gives: text("b".repeat(15)) },
    ],
  },
  {
    says: "a deleted one no longer counts",
    ...limit(16),
    steps: [
      { call: "set", input: `k=${"a".repeat(15)}`, gives: text("") },
      { call: "delete", input: "k", gives: text("") },
      { call: "set", input: `l=${"b".repeat(15)}`, gives: text("") },
    ],
  },
  {
    says: "a guest cannot go on from the limit",
    ...limit(4),
    steps: [
      { call: "set_and_answer", input: "k=123456", gives: error("VAR_LIMIT") },
      { call: "length", input: "k", gives: i64(-1) },
    ],
  },
  {
    says: "a limit of 0 disables them",
    ...limit(0),
    steps: [
      { call: "set", input: "k=v", gives: error("VAR_LIMIT") },
      { call: "length", input: "k", gives: i64(-1) },
    ],
  },
  {
    says: "the limit is 1 MiB by default",
    ...limit(),
    steps: [
      { call: "set", input: `k=${"a".repeat(1_048_575)}`, gives: text("") },
      { call: "set", input: `k=${"a".repeat(1_048_576)}`, gives: error("VAR_LIMIT") },
    ],
  },
]);

const lines = [
  ["trace", "one"],
  ["debug", "two"],
  ["info", "three"],
  ["warn", "four"],
  ["error", "five"],
] as const;
const levels = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, off: 2_147_483_647 } as const;

export const log = defineCases("log", [
  ...(["trace", "debug", "info", "warn", "error", "off"] as const).map((logLevel) => ({
    says: `at ${logLevel}, get_log_level is ${levels[logLevel]}, and less severe lines are dropped`,
    settings: { logLevel },
    steps: [
      { call: "level", gives: i64(levels[logLevel]) },
      { call: "all", gives: text(""), logs: lines.slice(levels[logLevel]) },
    ],
  })),
  {
    says: "the text is consumed, logged or not",
    settings: { logLevel: "debug" },
    steps: [{ call: "consumes", gives: i64(0, 0) }],
  },
  {
    says: "what is no handle fails the call",
    settings: { logLevel: "info" },
    steps: [{ call: "wild", gives: error("any") }],
  },
  {
    says: "bytes that are not UTF-8 are replaced",
    settings: { logLevel: "info" },
    steps: [{ call: "not_utf8", gives: text(""), logs: [["info", "hé\ufffd"]] }],
  },
]);
