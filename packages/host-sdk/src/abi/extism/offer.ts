import { type CurrentPlugin, isAsyncFunction } from "../../functions.ts";
import { type Exchange, type System, WASI_NAMESPACES } from "../../sandbox/system/settings.ts";
import { isWasiExit } from "../../sandbox/wasi/exit.ts";
import type { ModuleImport } from "../../wasm/types.ts";
import type { RemoteImport } from "../abi.ts";
import type { ImportingModule, Offer } from "../link.ts";
import type { Boundary } from "./boundary.ts";
import { createCurrentPlugin } from "./current-plugin.ts";
import { createEnv, ENV_NAMESPACE } from "./env.ts";
import { bindFunction } from "./functions.ts";
import type { ImportFunction } from "./guard.ts";
import { isAsyncImport } from "./http.ts";

const RESERVED: readonly string[] = [ENV_NAMESPACE, ...WASI_NAMESPACES];

type FunctionImport = Extract<ModuleImport, { kind: "function" }>;

/** What the host offers to the modules of a plugin. */
export interface GuestOffer extends Offer {
  /** Without an importer, what its memory would be needed for is not offered. */
  resolve(wanted: ModuleImport, importer: ImportingModule | undefined): WebAssembly.ImportValue | undefined;
  /** The system interface, once a module has asked for it. */
  system(): System | undefined;
}

/** How imports reach whoever serves them. */
export interface OfferOptions {
  /** Makes an import whose promise the guest is to wait for. */
  readonly suspendable: (run: ImportFunction) => WebAssembly.ImportValue;
  /** Finds an import that is served on another thread. */
  readonly forwarder?: ((wanted: RemoteImport) => ImportFunction | undefined) | undefined;
  /** Asks the caller's thread for what belongs to the system. */
  readonly exchange?: Exchange | undefined;
}

/** Offers the ABI, WASI, and the application's own functions. Keys that objects inherit are not functions. */
export function createOffer(
  boundary: Boundary,
  { suspendable, forwarder, exchange }: OfferOptions,
): GuestOffer {
  const env = createEnv(boundary);
  const system = createSystemOffer(boundary, exchange);
  let plugin: CurrentPlugin | undefined;
  const { functions } = boundary.sandbox;
  const resolveEnv = (name: string) => {
    const run = env.get(name);
    return run && isAsyncImport(name, boundary.sandbox) ? suspendable(run as ImportFunction) : run;
  };
  const resolveUser = (wanted: FunctionImport) => {
    const members = Object.hasOwn(functions, wanted.module) ? functions[wanted.module] : undefined;
    const run = members && Object.hasOwn(members, wanted.name) ? members[wanted.name] : undefined;
    if (!run) return undefined;
    const label = `${wanted.module}.${wanted.name}`;
    plugin ??= createCurrentPlugin(boundary);
    const bound = bindFunction(boundary, plugin, { label, run, type: wanted.type });
    return isAsyncFunction(run) ? suspendable(bound) : bound;
  };
  return {
    system: system.created,
    namespaces: [...RESERVED, ...Object.keys(functions)],
    reserved: RESERVED,
    namesIn(namespace) {
      if (namespace === ENV_NAMESPACE) return env.names;
      return Object.hasOwn(functions, namespace) ? Object.keys(functions[namespace] ?? {}) : [];
    },
    resolve(wanted, importer) {
      if (wanted.kind !== "function") return undefined;
      const forwarded = forwarder?.(wanted);
      if (forwarded) return forwarded;
      if (wanted.module === ENV_NAMESPACE) return resolveEnv(wanted.name);
      if (WASI_NAMESPACES.includes(wanted.module)) return importer && system.resolve(wanted, importer);
      return resolveUser(wanted);
    },
  };
}

function createSystemOffer(boundary: Boundary, exchange: Exchange | undefined) {
  let system: System | undefined;
  const bound = new Map<ImportingModule, ReturnType<System["bind"]>>();
  return {
    created: () => system,
    resolve({ module, name }: ModuleImport, importer: ImportingModule): WebAssembly.ImportValue | undefined {
      system ??= boundary.sandbox.createSystem?.(exchange);
      if (!system) return undefined;
      let functions = bound.get(importer);
      if (!functions) {
        functions = system.bind(() => importer.exports()?.["memory"] as WebAssembly.Memory | undefined);
        bound.set(importer, functions);
      }
      const run = functions.find(module, name);
      return run && boundary.guard(`${name} (WASI)`, run as ImportFunction, { passes: isWasiExit });
    },
  };
}
