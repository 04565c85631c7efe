import type { HostFunctions } from "../../functions.ts";
import type { ModuleImport } from "../../wasm/types.ts";
import type { Program, RemoteCaller, RemoteImport } from "../abi.ts";
import type { Boundary, ImportFunction } from "./boundary.ts";
import { CALLER_FUNCTIONS, ENV_NAMESPACE } from "./env.ts";

type FunctionImport = Extract<ModuleImport, { kind: "function" }>;

/**
 * The imports of a program that only the caller's thread can serve: the application's functions, and what changes
 * the sandbox. Blocks lie in shared memory, so that numbers are all that has to travel.
 */
export function remoteImports(program: Program, functions: HostFunctions): FunctionImport[] {
  const found = new Map<string, FunctionImport>();
  for (const wanted of program.modules.flatMap((module) => module.description.imports)) {
    if (wanted.kind === "function" && isRemote(wanted, functions)) found.set(keyOf(wanted), wanted);
  }
  return [...found.values()];
}

function isRemote({ module, name }: RemoteImport, functions: HostFunctions): boolean {
  if (module === ENV_NAMESPACE) return CALLER_FUNCTIONS.has(name);
  return Object.hasOwn(functions, module) && Object.hasOwn(functions[module] ?? {}, name);
}

function keyOf({ module, name }: RemoteImport): string {
  return JSON.stringify([module, name]);
}

/** Finds the functions that pass a call on to the caller's thread. */
export function createForwarders(boundary: Boundary, remote: RemoteCaller) {
  const indexes = new Map(remote.imports.map((entry, index) => [keyOf(entry), index]));
  return (wanted: RemoteImport): ImportFunction | undefined => {
    const index = indexes.get(keyOf(wanted));
    if (index === undefined) return undefined;
    return boundary.guard(`${wanted.module}.${wanted.name}`, (...args) => remote.call(index, args));
  };
}
