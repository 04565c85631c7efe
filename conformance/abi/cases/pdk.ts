import type { HostFunction, LogLine } from "../../hosts/host.ts";
import { type CaseData, defineCases, error, hex, text } from "../case.ts";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);
const EVERY_BYTE_IN_HEX = Array.from(EVERY_BYTE, (byte) => byte.toString(16).padStart(2, "0")).join("");
const large = "0123456789abcdef".repeat(65_536);

const echoes = (built: string): CaseData[] => [
  {
    says: "bytes are echoed as they are",
    guest: { built },
    steps: [{ call: "echo", input: EVERY_BYTE, gives: hex(EVERY_BYTE_IN_HEX) }],
  },
  { says: "nothing is echoed as nothing", guest: { built }, steps: [{ call: "echo", gives: hex("") }] },
  {
    says: "a mebibyte is echoed whole, again and again",
    guest: { built },
    steps: [
      { call: "echo", input: large, gives: text(large) },
      { call: "echo", input: "short", gives: text("short") },
      { call: "echo", input: large, gives: text(large) },
    ],
  },
];

const vowels = (built: string): CaseData[] => [
  {
    says: "vowels are counted, and the total is kept",
    guest: { built },
    steps: [
      {
        call: "count_vowels",
        input: "Hello, World!",
        gives: text('{"count":3,"total":3,"vowels":"aeiouAEIOU"}'),
      },
      { call: "count_vowels", input: "Ohio", gives: text('{"count":3,"total":6,"vowels":"aeiouAEIOU"}') },
    ],
  },
  {
    says: "the vowels come from the config",
    guest: { built },
    settings: { config: { vowels: "yö" } },
    steps: [{ call: "count_vowels", input: "yöyo", gives: text('{"count":3,"total":3,"vowels":"yö"}') }],
  },
];

const functions: Record<string, HostFunction> = {
  shout: (host, handle) => host.store(new TextDecoder().decode(host.read(BigInt(handle ?? 0))).toUpperCase()),
  reverse: (host, handle) => host.store(Uint8Array.from(host.read(BigInt(handle ?? 0))).reverse()),
  lookup: (host, handle) => host.store(`[${new TextDecoder().decode(host.read(BigInt(handle ?? 0)))}]`),
  add: (_, left, right) => BigInt(left ?? 0) + BigInt(right ?? 0),
};

const hostCall = {
  guest: { built: "host_call" },
  settings: { functions: { "extism:host/user": functions } },
};
const levels = ["trace", "debug", "info", "warn", "error"] as const;

/** Plugins that are written with `@mortise/pdk-assemblyscript`. */
export const ourPdk = defineCases("pdk-assemblyscript", [
  ...echoes("echo"),
  ...vowels("count_vowels"),
  {
    says: "text is UTF-8",
    guest: { built: "greet" },
    steps: [{ call: "greet", input: "Wörld 🌍", gives: text("Grüß dich, Wörld 🌍! 👋") }],
  },
  {
    says: "a view on the input is output as it is",
    guest: { built: "big" },
    steps: [{ call: "middle", input: "abcd", gives: text("bc") }],
  },
  {
    says: "outputs may be larger than inputs",
    guest: { built: "big" },
    steps: [{ call: "big", input: "5", gives: hex("0001020304") }],
  },
  {
    says: "config values are found or missing",
    guest: { built: "config" },
    settings: { config: { key: "wért", empty: "" } },
    steps: [
      { call: "config", input: "key", gives: text("[wért]") },
      { call: "config", input: "empty", gives: text("[]") },
      { call: "config", input: "absent", gives: text("missing") },
    ],
  },
  {
    says: "vars are set, read and deleted",
    guest: { built: "vars" },
    steps: [
      { call: "get_var", gives: text("missing") },
      { call: "set_var", input: EVERY_BYTE, gives: text("") },
      { call: "get_var", gives: hex(EVERY_BYTE_IN_HEX) },
      { call: "delete_var", gives: text("") },
      { call: "get_var", gives: text("missing") },
    ],
  },
  {
    says: "every log level reaches the host",
    guest: { built: "logs" },
    settings: { logLevel: "trace" },
    steps: [
      {
        call: "logs",
        input: "é",
        gives: text(""),
        logs: levels.map((level): LogLine => [level, `${level} é`]),
      },
    ],
  },
  {
    says: "a failure carries its text, with either return code, and keeps the state",
    guest: { built: "fail" },
    steps: [
      { call: "fail_with_code", input: "nö", gives: error("PLUGIN_FAILED", "nö") },
      { call: "fail_with_text", input: "nö", gives: error("PLUGIN_FAILED", "nö") },
      { call: "failures", gives: text("2") },
    ],
  },
  {
    says: "a return code alone is a failure",
    guest: { built: "fail" },
    steps: [{ call: "fail_silently", gives: error("EXIT_NONZERO", undefined, 7) }],
  },
  {
    says: "an exception reports its message, file and line",
    guest: { built: "trap" },
    steps: [
      { call: "throw_error", input: "nö", gives: error("PLUGIN_FAILED", "nö") },
      { call: "recover", gives: text("recovered") },
      { call: "throw_error", input: "nö", gives: error("PLUGIN_FAILED", "trap.ts") },
      { call: "fail_assert", input: "x", gives: error("PLUGIN_FAILED", "the input is too short") },
    ],
  },
  {
    says: "unreachable traps",
    guest: { built: "trap" },
    steps: [
      { call: "trap", gives: error("TRAP", "unreachable") },
      { call: "recover", gives: text("recovered") },
    ],
  },
  {
    says: "host functions take and give text",
    ...hostCall,
    steps: [{ call: "call_text", input: "wörld", gives: text("WÖRLD") }],
  },
  {
    says: "host functions take and give bytes",
    ...hostCall,
    steps: [{ call: "call_bytes", input: EVERY_BYTE.subarray(250), gives: hex("fffefdfcfbfa") }],
  },
  {
    says: "host functions take and give JSON",
    ...hostCall,
    steps: [{ call: "call_json", input: '"a"', gives: text('[{"key":"a"}]') }],
  },
  {
    says: "host functions take and give numbers",
    ...hostCall,
    steps: [{ call: "call_numbers", gives: text("42") }],
  },
  {
    says: "MessagePack values survive",
    guest: { built: "msgpack" },
    steps: [
      {
        call: "msgpack",
        input: Uint8Array.of(0x93, 1, 0xa1, 0x61, 0xc4, 1, 0xff),
        gives: hex("9301a161c401ff"),
      },
    ],
  },
]);

/** Plugins that are written with the published `@extism/as-pdk` 1.0.0. */
export const stockPdk = defineCases("as-pdk", [
  ...echoes("stock-echo"),
  ...vowels("stock-count_vowels"),
  {
    says: "text is UTF-8",
    guest: { built: "stock-greet" },
    steps: [{ call: "greet", input: "Wörld", gives: text("Hello, Wörld!") }],
  },
]);
