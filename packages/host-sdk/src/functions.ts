import type { Codec, Scalar, ScalarType } from "./codecs.ts";
import { PluginError } from "./errors.ts";
import type { PluginOutput } from "./output.ts";
import type { Config } from "./sandbox/config.ts";
import type { Logger } from "./sandbox/log.ts";
import type { Vars } from "./sandbox/vars.ts";

/** What a host function sees of the plugin that called it, for the length of that call. */
export interface CurrentPlugin {
  /** Name of the plugin. */
  readonly name: string;
  /** The `hostContext` that was given to this call. */
  readonly hostContext: unknown;
  readonly config: Config;
  readonly vars: Vars;
  /** The application's logger as the plugin has it, with its level and limits. */
  readonly log: Logger;
  /** Copies a block out of plugin memory; `null` when the handle is not a live block. */
  read(handle: bigint | number): PluginOutput | null;
  /**
   * Puts bytes or text into a new block and returns its handle, for the guest to read and free.
   * @throws {PluginError} `MEMORY_LIMIT` when the plugin may not have that much
   */
  store(data: string | Uint8Array | ArrayBuffer): bigint;
  /** Frees a block; anything that is not a live handle is ignored. */
  free(handle: bigint | number): void;
}

/** Numbers in, number out: the arguments as wasm passes them. `i64` is a bigint. */
export type RawFunction = (plugin: CurrentPlugin, ...args: never[]) => RawResult | PromiseLike<RawResult>;

// biome-ignore lint/suspicious/noConfusingVoidType: a function without a result is a host function, too
type RawResult = Scalar | void;

/** How a host function is run, apart from what it computes. */
export interface FunctionOptions {
  /** The function returns a promise. Needed only where it is not an `async function`. */
  readonly async?: boolean;
}

const kind = Symbol.for("mortise.HostFunction");

/** A host function with a declared signature, made by {@link hostFunction} or {@link typedFunction}. */
export interface DeclaredFunction {
  readonly [kind]: "stack" | "typed";
  readonly params: readonly ScalarType[];
  readonly results: readonly ScalarType[];
  readonly async: boolean;
  /** Runs the function on the numbers that wasm passed and returns those it expects. */
  invoke(plugin: CurrentPlugin, args: readonly Scalar[]): readonly Scalar[] | PromiseLike<readonly Scalar[]>;
}

export type HostFunction = RawFunction | DeclaredFunction;

/** Host functions by namespace and name. `extism:host/user` is where published PDKs look first. */
export type HostFunctions = Readonly<Record<string, Readonly<Record<string, HostFunction>>>>;

/** Whether a host function carries its own signature. */
export function isDeclaredFunction(value: HostFunction): value is DeclaredFunction {
  return kind in value;
}

/** Whether a host function returns a promise, as far as its declaration tells. */
export function isAsyncFunction(value: HostFunction): boolean {
  return isDeclaredFunction(value) ? value.async : isAsyncClosure(value);
}

function isAsyncClosure(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}

/** Marks a raw function that returns a promise without being an `async function`. */
export function asyncFunction(run: RawFunction): RawFunction {
  return async (plugin, ...args) => run(plugin, ...args);
}

/**
 * A host function over a stack of numbers, like a wasm runtime's own: arguments stand at the bottom when it
 * starts, results when it ends.
 *
 * ```ts
 * const add = hostFunction([I32, I32], [I32], (plugin, stack) => {
 *   stack[0] = Number(stack[0]) + Number(stack[1]);
 * });
 * ```
 */
export function hostFunction(
  params: readonly Pick<Codec<unknown, never>, "scalar">[],
  results: readonly Pick<Codec<unknown, never>, "scalar">[],
  run: (plugin: CurrentPlugin, stack: Scalar[]) => void | PromiseLike<void>,
  options: FunctionOptions = {},
): DeclaredFunction {
  const resultTypes = results.map((codec) => codec.scalar);
  return {
    [kind]: "stack",
    params: params.map((codec) => codec.scalar),
    results: resultTypes,
    async: options.async ?? isAsyncClosure(run),
    invoke(plugin, args) {
      const stack: Scalar[] = [...args];
      for (let i = stack.length; i < resultTypes.length; i++) stack.push(resultTypes[i] === "i64" ? 0n : 0);
      const done = run(plugin, stack);
      const take = () => stack.slice(0, resultTypes.length);
      return isThenable(done) ? done.then(take) : take();
    },
  };
}

type Decoded<Params extends readonly Codec<unknown, never>[]> = {
  -readonly [I in keyof Params]: Params[I] extends Codec<infer In, infer _> ? In : never;
};

/** The signature of a typed host function. */
export interface TypedSignature<Params, Result> extends FunctionOptions {
  readonly params: Params;
  /** Leave it out for a function without a result. */
  readonly result?: Result;
}

/** What a typed host function is given after its arguments. */
export interface TypedContext {
  readonly plugin: CurrentPlugin;
  readonly hostContext: unknown;
}

/**
 * A host function over values: each parameter and the result has a codec ({@link text}, {@link bytes},
 * {@link json}, {@link I32}, …), and the types of the function follow from them.
 *
 * ```ts
 * const read = typedFunction({ params: [text], result: json }, (key, { hostContext }) => store.get(key));
 * ```
 *
 * The guest keeps the handles that it passes, and frees the one that it receives.
 */
export function typedFunction<
  const Params extends readonly Codec<unknown, never>[],
  Result extends Codec<unknown, never> = Codec<unknown, never>,
>(
  signature: TypedSignature<Params, Result>,
  run: (...args: [...Decoded<Params>, TypedContext]) => Encodable<Result> | PromiseLike<Encodable<Result>>,
): DeclaredFunction {
  const params = signature.params as readonly unknown[] as readonly Codec<unknown>[];
  const result = signature.result as Codec<unknown> | undefined;
  const encode = (plugin: CurrentPlugin, value: unknown): readonly Scalar[] => {
    if (!result) return [];
    const raw = result.encode(plugin, value);
    if (raw === undefined)
      throw new TypeError(`returned ${describe(value)}, which does not fit its result type`);
    return [raw];
  };
  return {
    [kind]: "typed",
    params: params.map((codec) => codec.scalar),
    results: result ? [result.scalar] : [],
    async: signature.async ?? isAsyncClosure(run),
    invoke(plugin, args) {
      const values = params.map((codec, i) => codec.decode(plugin, args[i] as Scalar));
      const call = run as (...values: unknown[]) => unknown;
      const value = call(...values, { plugin, hostContext: plugin.hostContext });
      return isThenable(value) ? value.then((settled) => encode(plugin, settled)) : encode(plugin, value);
    },
  };
}

type Encodable<Result> =
  Result extends Codec<infer _, infer Out> ? ([Out] extends [never] ? unknown : Out) : unknown;

/** Whether a value is a promise, or behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** A value in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return value.constructor?.name ?? "an object";
  return typeof value;
}

/** Refuses what is not a table of host functions, at creation, where the mistake can still be seen. */
export function checkHostFunctions(functions: HostFunctions): void {
  for (const [namespace, members] of Object.entries(functions)) {
    if (typeof members !== "object" || members === null) {
      throw new TypeError(
        `functions[${JSON.stringify(namespace)}] is ${describe(members)}, not an object of functions`,
      );
    }
    for (const [name, member] of Object.entries(members)) {
      if (
        typeof member !== "function" &&
        !(typeof member === "object" && member !== null && kind in member)
      ) {
        throw new TypeError(`host function ${namespace}.${name} is ${describe(member)}, not a function`);
      }
    }
  }
}

/** The error of a host function that returned a promise where nobody expected one. */
export function undeclaredPromise(label: string): PluginError {
  return new PluginError(
    "HOST_FUNCTION_FAILED",
    `host function ${label} returned a promise but is not declared asynchronous: write it as an async function, or pass { async: true }`,
  );
}
