import type { LogLine, PluginSettings } from "../hosts/host.ts";
import { compileGuest, compileWat, readBuiltGuest } from "./guests.ts";

/** What a call, or loading, must come to. */
export type Expectation =
  | { readonly i64: readonly bigint[] }
  | { readonly text: string }
  | { readonly hex: string }
  | {
      /** Code of the error; "any" where the ABI only says that it fails. */
      readonly error: string;
      /** What the message must contain. */
      readonly says?: string;
      readonly exitCode?: number;
    };

/** One call of a case. */
export interface Step {
  readonly call: string;
  readonly input?: Uint8Array | string;
  readonly gives: Expectation;
  /** Lines that the call must log, all of them, in order. */
  readonly logs?: readonly LogLine[];
}

/** A guest: the name of a file in `guests/`, a whole module as text, or the name of a guest built by a PDK. */
export type Source = string | { readonly wat: string } | { readonly built: string };

/** One statement about the ABI, and the calls that show it. */
export interface CaseData {
  /** The statement, as a sentence. */
  readonly says: string;
  /** The plugin's modules by manifest name (`""`: no name); default: the theme's guest alone. */
  readonly modules?: readonly { readonly name?: string; readonly guest: Source }[];
  readonly guest?: Source;
  readonly settings?: PluginSettings;
  /** The plugin must not load, for this reason. */
  readonly refused?: Extract<Expectation, { error: string }>;
  readonly steps?: readonly Step[];
}

/** A case with its theme, ready to run. */
export interface AbiCase extends CaseData {
  /** `theme: sentence`; also the key of the known deviations. */
  readonly id: string;
  readonly theme: string;
}

/** Gathers the cases of a theme; `guests/<theme>.wat` is the guest of those that name none. */
export function defineCases(theme: string, cases: readonly CaseData[]): AbiCase[] {
  return cases.map((data) => ({ guest: theme, ...data, theme, id: `${theme}: ${data.says}` }));
}

/** The modules of a case, compiled. */
export function modulesOf(abiCase: AbiCase): { name?: string; wasm: Uint8Array<ArrayBuffer> }[] {
  const modules = abiCase.modules ?? [{ guest: abiCase.guest ?? abiCase.theme }];
  return modules.map(({ guest, ...rest }) => ({
    ...rest,
    wasm: wasmOf(guest),
  }));
}

function wasmOf(guest: Source): Uint8Array<ArrayBuffer> {
  if (typeof guest === "string") return compileGuest(guest);
  return "wat" in guest ? compileWat(guest.wat) : readBuiltGuest(guest.built);
}

/** Expects a list of 64-bit values. */
export const i64 = (...values: (bigint | number)[]): Expectation => ({ i64: values.map(BigInt) });
/** Expects a UTF-8 text. */
export const text = (value: string): Expectation => ({ text: value });
/** Expects bytes, as hexadecimal digits. */
export const hex = (digits: string): Expectation => ({ hex: digits });
/** Expects an error by its code, and a part of its message. */
export function error(
  code: string,
  says?: string,
  exitCode?: number,
): Extract<Expectation, { error: string }> {
  return {
    error: code,
    ...(says === undefined ? {} : { says }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}
