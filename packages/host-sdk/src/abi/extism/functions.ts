import type { Scalar, ScalarType } from "../../codecs.ts";
import { PluginError } from "../../errors.ts";
import {
  type CurrentPlugin,
  type DeclaredFunction,
  describe,
  type HostFunction,
  isAsyncFunction,
  isDeclaredFunction,
  isThenable,
  type RawFunction,
  undeclaredPromise,
} from "../../functions.ts";
import type { FunctionType } from "../../wasm/types.ts";
import type { Boundary } from "./boundary.ts";
import type { ImportFunction } from "./guard.ts";

/** A host function as a module wants to import it. */
export interface FunctionImport {
  /** Namespace and name, for messages. */
  readonly label: string;
  readonly run: HostFunction;
  /** Absent when only the compiled module is at hand. */
  readonly type: FunctionType | undefined;
}

/**
 * Turns a host function into what wasm calls: checks its signature now, and at every call what it returns.
 * The result of an asynchronous one returns a promise, which the caller must make suspending.
 * @throws {PluginError} `IMPORT_UNRESOLVED` when it declares another signature than the module imports
 */
export function bindFunction(
  boundary: Boundary,
  plugin: CurrentPlugin,
  wanted: FunctionImport,
): ImportFunction {
  const { label, run, type } = wanted;
  const { scope } = boundary.sandbox;
  const bound = isDeclaredFunction(run) ? bindDeclared(plugin, wanted, run) : bindRaw(plugin, wanted, run);
  const invoke: ImportFunction = scope ? (...args) => scope.run(() => bound(...args)) : bound;
  const declared = isDeclaredFunction(run) ? (run.results as FunctionType["results"]) : undefined;
  const settle = resultChecker(label, type?.results ?? declared);
  if (isAsyncFunction(run))
    return boundary.guardAsync(label, async (...args) => settle(await invoke(...args)));
  return boundary.guard(label, invoke, { settle });
}

function bindRaw(plugin: CurrentPlugin, { type }: FunctionImport, run: RawFunction): ImportFunction {
  const call = run as (plugin: CurrentPlugin, ...args: Scalar[]) => unknown;
  switch (type?.params.length) {
    case 1:
      return (a: Scalar) => call(plugin, a);
    case 2:
      return (a: Scalar, b: Scalar) => call(plugin, a, b);
    case 3:
      return (a: Scalar, b: Scalar, c: Scalar) => call(plugin, a, b, c);
    default:
      return (...args: Scalar[]) => call(plugin, ...args);
  }
}

function bindDeclared(
  plugin: CurrentPlugin,
  { label, type }: FunctionImport,
  run: DeclaredFunction,
): ImportFunction {
  if (type) checkSignature(label, type, run);
  const unwrap = (results: readonly Scalar[]) => (results.length > 1 ? results : results[0]);
  return (...args: Scalar[]) => {
    if (args.length !== run.params.length) {
      throw new TypeError(`declared with ${run.params.length} parameters, called with ${args.length}`);
    }
    const results = run.invoke(plugin, args);
    return isThenable(results)
      ? (results as PromiseLike<readonly Scalar[]>).then(unwrap)
      : unwrap(results as readonly Scalar[]);
  };
}

function checkSignature(label: string, type: FunctionType, run: DeclaredFunction): void {
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((t, i) => t === b[i]);
  if (same(type.params, run.params) && same(type.results, run.results)) return;
  throw new PluginError(
    "IMPORT_UNRESOLVED",
    `host function ${label} is declared as ${formatType(run)}, but the module imports it as ${formatType(type)}`,
  );
}

/** A signature as text, e.g. `(i64, i32) → i64`. */
export function formatType(type: {
  readonly params: readonly string[];
  readonly results: readonly string[];
}): string {
  const results = type.results.length === 1 ? type.results[0] : `(${type.results.join(", ")})`;
  return `(${type.params.join(", ")}) → ${results}`;
}

/** Makes what refuses a result that wasm would refuse, or silently turn into something else. */
function resultChecker(label: string, results: readonly string[] | undefined): (value: unknown) => unknown {
  const [only] = results?.length === 1 ? results : [];
  return (value) => {
    if (only !== undefined ? fits(only, value) : value === undefined) return value;
    if (isThenable(value)) {
      value.then(undefined, () => undefined); // its rejection is nobody's any more
      throw undeclaredPromise(label);
    }
    if (!results) return value;
    if (results.length === 0) return undefined; // nobody takes what it returned, so nothing has to travel
    if (results.length > 1 && Array.isArray(value) && value.length === results.length) {
      if (results.every((type, i) => fits(type, value[i]))) return value;
    }
    throw new PluginError(
      "HOST_FUNCTION_FAILED",
      `host function ${label} returned ${describe(value)}, but the plugin expects ${results.map(inJavaScript).join(", ")}`,
    );
  };
}

function fits(type: string, value: unknown): boolean {
  if (type === "i64") return typeof value === "bigint";
  return isNumeric(type) ? typeof value === "number" : true;
}

function isNumeric(type: string): type is ScalarType {
  return type === "i32" || type === "f32" || type === "f64";
}

function inJavaScript(type: string): string {
  return type === "i64" ? "a bigint (i64)" : `a number (${type})`;
}
