import { PluginError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { isPlainObject, typeName } from "./kinds.ts";

/** Where in which manifest a value stands: what an error names. */
export interface Place {
  /** The manifest itself: a path, a URL, or how it was given. */
  readonly manifest: string;
  /** The value inside it, as one would write it in code: `wasm[0].path`. Empty for the manifest itself. */
  readonly path: string;
}

/** Checks one value and returns it in its parsed form; `undefined` stands for "not given". */
export type Reader<T> = (value: unknown, at: Place) => T;

type Readers = Readonly<Record<string, Reader<unknown>>>;

/** What {@link readObject} makes of an object: the same names, each present only if it was given. */
export type Fields<R extends Readers> = {
  readonly [Name in keyof R]?: Exclude<ReturnType<R[Name]>, undefined>;
};

/** The place of a key or an element inside the value at `at`. */
export function inside(at: Place, key: string | number): Place {
  const plain = typeof key === "string" && /^[$\w]{1,64}$/.test(key);
  const step = plain ? (at.path === "" ? key : `.${key}`) : `[${typeof key === "number" ? key : quote(key)}]`;
  return { manifest: at.manifest, path: at.path + step };
}

/** `MANIFEST_INVALID` for the value at `at`. */
export function invalid(at: Place, problem: string, cause?: unknown): PluginError {
  const value = at.path === "" ? "" : ` ${at.path}`;
  const details = cause === undefined ? {} : { cause };
  return new PluginError("MANIFEST_INVALID", `Manifest ${at.manifest}:${value} ${problem}`, details);
}

/** Text from a manifest, fit for a message: quoted, without control characters, not longer than a line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

/** Reads an object whose keys are all known, in snake_case or camelCase. */
export function readObject<R extends Readers>(value: unknown, at: Place, readers: R): Fields<R> {
  if (!isPlainObject(value)) throw expected("an object", value, at);
  const names = bothSpellings(Object.keys(readers));
  const fields: Record<string, unknown> = Object.create(null);
  const given = new Map<string, string>();
  for (const [key, entry] of Object.entries(value)) {
    const name = names.get(key);
    if (name === undefined) throw unknownKey(key, at, names.keys());
    const twin = given.get(name);
    if (twin !== undefined) throw invalid(at, `has both ${twin} and ${key}, which are the same; give one`);
    given.set(name, key);
    const read = entry === undefined ? undefined : readers[name]!(entry, inside(at, key));
    if (read !== undefined) fields[name] = read;
  }
  return fields as Fields<R>;
}

/** A string. */
export function readString(value: unknown, at: Place): string {
  if (typeof value !== "string") throw expected("a string", value, at);
  return value;
}

/** An object of strings, whatever its keys are: the copy has no prototype, so `constructor` is a key like another. */
export function readStringMap(value: unknown, at: Place): Readonly<Record<string, string>> {
  if (!isPlainObject(value)) throw expected("an object of strings", value, at);
  const copy: Record<string, string> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    copy[key] = readString(entry, inside(at, key));
  }
  return Object.freeze(copy);
}

/** An integer from 0 to `max`. */
export function integerUpTo(max: number): Reader<number> {
  return (value, at) => {
    if (typeof value !== "number") throw expected("an integer", value, at);
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw invalid(at, `must be an integer from 0 to ${max}, not ${value}`);
    }
    return value;
  };
}

/** An array whose elements `reader` reads. */
export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw expected("an array", value, at);
    return Object.freeze(Array.from(value, (entry, index) => reader(entry, inside(at, index))));
  };
}

/** What `reader` reads, or `null` for "not given". */
export function nullable<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, at) => (value === null ? undefined : reader(value, at));
}

/** The error for a value of the wrong type. It names the type, never the value, which may be a secret. */
export function expected(what: string, value: unknown, at: Place): PluginError {
  return invalid(at, `must be ${what}, not of type ${typeName(value)}`);
}

/** Each way to write a key, with its name in code. */
function bothSpellings(names: readonly string[]): ReadonlyMap<string, string> {
  const spellings = new Map<string, string>();
  for (const name of names) spellings.set(snakeCase(name), name).set(name, name);
  return spellings;
}

function unknownKey(key: string, at: Place, known: Iterable<string>): PluginError {
  const names = [...known];
  const near = nearest(key, names);
  const hint =
    near === undefined
      ? `known here are ${[...new Set(names.map(snakeCase))].join(", ")}`
      : `did you mean ${near}?`;
  return invalid(inside(at, key), `is not a known key; ${hint}`);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
