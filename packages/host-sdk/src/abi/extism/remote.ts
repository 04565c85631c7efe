import type { HostFunctions } from "../../functions.ts";
import type { SystemServer } from "../../sandbox/system/caller.ts";
import type { Exchange } from "../../sandbox/system/settings.ts";
import type { ModuleImport } from "../../wasm/types.ts";
import type { Program, RemoteCaller, RemoteImport } from "../abi.ts";
import type { Boundary } from "./boundary.ts";
import { NO_BYTES } from "./call-input.ts";
import { CALLER_FUNCTIONS, ENV_NAMESPACE } from "./env.ts";
import type { ImportFunction } from "./guard.ts";

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

/** The one import beside those of the modules: how the guest's side asks for what belongs to the system. */
export const SYSTEM_IMPORT: RemoteImport = { module: "mortise:system", name: "exchange" };

/** Serves {@link SYSTEM_IMPORT} at the caller: blocks carry the request and the answer. */
export function serveExchange({ kernel }: Boundary, server: SystemServer): ImportFunction {
  return (service: number, handle: bigint) => {
    const request = kernel.view(handle)?.slice() ?? NO_BYTES;
    const reply = server.serve(service, request);
    return reply ? BigInt(kernel.store(reply)) : 0n;
  };
}

/** Asks the caller from the guest's side. */
export function createExchange({ kernel }: Boundary, remote: RemoteCaller): Exchange {
  const index = remote.imports.findIndex((entry) => keyOf(entry) === keyOf(SYSTEM_IMPORT));
  return (service, request) => {
    const handle = BigInt(kernel.store(request));
    const reply = remote.call(index, [service, handle]) as bigint;
    kernel.free(handle);
    if (reply === 0n) return null;
    const bytes = kernel.view(reply)?.slice() ?? NO_BYTES;
    kernel.free(reply);
    return bytes;
  };
}

/** Finds the functions that pass a call on to the caller's thread. */
export function createForwarders(boundary: Boundary, remote: RemoteCaller) {
  const indexes = new Map(remote.imports.map((entry, index) => [keyOf(entry), index]));
  indexes.delete(keyOf(SYSTEM_IMPORT)); // no module can import it
  return (wanted: RemoteImport): ImportFunction | undefined => {
    const index = indexes.get(keyOf(wanted));
    if (index === undefined) return undefined;
    return boundary.guard(`${wanted.module}.${wanted.name}`, (...args) => remote.call(index, args));
  };
}
