import type { Program } from "../../abi/abi.ts";
import type { Scalar } from "../../codecs.ts";
import {
  type CurrentPlugin,
  describe,
  type HostFunctions,
  isAsyncFunction,
  type RawFunction,
} from "../../functions.ts";
import { HostCallContext } from "./call-context.ts";
import type { ExtismPluginOptions } from "./types.ts";

type Functions = NonNullable<ExtismPluginOptions["functions"]>;
type UserFunction = Functions[string][string];

/** Where adapted host functions are called from. */
interface Surroundings {
  readonly program: Program;
  /** In a worker the plugin waits for every function, and has its bytes as copies. */
  readonly inWorker: boolean;
}

type ContextOf = (plugin: CurrentPlugin) => HostCallContext;

/** Makes the host functions of this package out of those of a program for the JavaScript SDK. */
export function adaptFunctions(functions: Functions, { program, inWorker }: Surroundings): HostFunctions {
  const contextOf = rememberContexts();
  return mapEntries(functions, (members, namespace) =>
    mapEntries(members, (run, name) => {
      if (typeof run !== "function") {
        throw new TypeError(`host function ${namespace}.${name} is ${describe(run)}, not a function`);
      }
      const results = resultTypes(program, namespace, name);
      return inWorker || isAsync(run)
        ? adaptAsync(run, results, contextOf, !inWorker)
        : adaptSync(run, results, contextOf);
    }),
  );
}

/** Functions of one instance are all given the same context. */
function rememberContexts(): ContextOf {
  const contexts = new WeakMap<CurrentPlugin, HostCallContext>();
  return (plugin) => {
    const context = contexts.get(plugin) ?? new HostCallContext(plugin);
    contexts.set(plugin, context);
    return context;
  };
}

/** Whether one of the functions is an async function. */
export function hasAsyncFunction(functions: Functions): boolean {
  return Object.values(functions).some((members) => Object.values(members).some(isAsync));
}

function isAsync(run: UserFunction): boolean {
  return isAsyncFunction(run as unknown as RawFunction);
}

function adaptAsync(
  run: UserFunction,
  results: readonly string[] | undefined,
  contextOf: ContextOf,
  writeBack: boolean,
): RawFunction {
  return async (plugin, ...args) => {
    const context = contextOf(plugin);
    try {
      return toWasm(results, await run(context, ...args));
    } finally {
      context.release(writeBack);
    }
  };
}

function adaptSync(
  run: UserFunction,
  results: readonly string[] | undefined,
  contextOf: ContextOf,
): RawFunction {
  return (plugin, ...args) => {
    const context = contextOf(plugin);
    try {
      return toWasm(results, run(context, ...args));
    } finally {
      context.release(true);
    }
  };
}

/** The result types with which a function is imported, as far as they are known. */
function resultTypes({ modules }: Program, namespace: string, name: string): readonly string[] | undefined {
  for (const wanted of modules.flatMap(({ description }) => description.imports)) {
    if (wanted.kind === "function" && wanted.module === namespace && wanted.name === name)
      return wanted.type?.results;
  }
  return undefined;
}

/** Converts a result as the JavaScript interface of WebAssembly does (its `ToWebAssemblyValue`). */
function toWasm(types: readonly string[] | undefined, value: unknown): Scalar | undefined {
  if (types?.length === 0) return undefined;
  if (types?.length !== 1) return value as Scalar; // several results, or types that only the engine knows
  if (types[0] === "i64") return BigInt.asIntN(64, value as bigint);
  if (typeof value === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
  return Number(value);
}

function mapEntries<In, Out>(
  object: Readonly<Record<string, In>>,
  map: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
