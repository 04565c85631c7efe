// The AssemblyScript guests of the conformance corpus once more, in TypeScript: the same cases must pass.
import {
  Config,
  error,
  hostFunction,
  input,
  inputMsgpack,
  inputString,
  output,
  outputMsgpack,
  outputString,
  Var,
} from "@mortise/pdk-js";

const KEY = "schlüssel";
const shout = hostFunction("extism:host/user", "shout", { params: ["text"], result: "text" });
const reverse = hostFunction("extism:host/user", "reverse", { params: ["bytes"], result: "bytes" });
const lookup = hostFunction("extism:host/user", "lookup", { params: ["text"], result: "text" });
const add = hostFunction("extism:host/user", "add", { params: ["i64", "i64"], result: "i64" });

let failed = 0;

export function echo(): void {
  output(input());
}

export function greet(): void {
  outputString(`Grüß dich, ${inputString()}! 👋`);
}

export function config(): void {
  const value = Config.get(inputString());
  outputString(value === null ? "missing" : `[${value}]`);
}

export function set_var(): void {
  Var.set(KEY, input());
}

export function get_var(): void {
  output(Var.get(KEY) ?? "missing");
}

export function delete_var(): void {
  Var.delete(KEY);
}

export function var_length(): void {
  outputString(String(Var.get(inputString())?.length ?? "missing"));
}

export function logs(): void {
  const text = inputString();
  for (const level of ["debug", "info", "warn", "error"] as const) console[level](`${level} ${text}`);
}

export function fail(): void {
  failed++;
  error(inputString());
}

export function failures(): void {
  outputString(String(failed));
}

export function throw_error(): void {
  throw new Error(inputString());
}

export function recover(): void {
  outputString("recovered");
}

export function call_text(): void {
  outputString(shout(inputString()));
}

export function call_bytes(): void {
  output(reverse(input()));
}

export function call_json(): void {
  outputString(lookup(`{"key":${inputString()}}`) || "null");
}

export function call_numbers(): void {
  outputString(String(add(40n, 2n)));
}

export function big(): void {
  output(Uint8Array.from({ length: Number(inputString()) }, (_, index) => index % 251));
}

export function sum(): void {
  outputString(String(input().reduce((total, byte) => total + byte, 0)));
}

export function middle(): void {
  output(input().subarray(1, -1));
}

export function msgpack(): void {
  outputMsgpack(inputMsgpack());
}
