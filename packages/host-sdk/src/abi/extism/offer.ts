import { type CurrentPlugin, isAsyncFunction } from "../../functions.ts";
import type { SystemInterface } from "../../sandbox/sandbox.ts";
import type { ModuleImport } from "../../wasm/types.ts";
import type { ImportingModule, Offer } from "../link.ts";
import type { Boundary, ImportFunction } from "./boundary.ts";
import { createCurrentPlugin } from "./current-plugin.ts";
import { createEnv, ENV_NAMESPACE } from "./env.ts";
import { bindFunction } from "./functions.ts";
import { suspendable } from "./suspension.ts";

/** The module names under which WASI preview 1 is imported. */
export const WASI_NAMESPACES: readonly string[] = ["wasi_snapshot_preview1", "wasi_unstable"];

/** What the host offers to the modules of a plugin. */
export interface GuestOffer extends Offer {
  /** The system interface, once a module has asked for it. */
  system(): SystemInterface | undefined;
}

/** Offers the ABI, WASI, and the application's own functions. Keys that objects inherit are not functions. */
export function createOffer(boundary: Boundary): GuestOffer {
  const env = createEnv(boundary);
  const system = createSystemOffer(boundary);
  const plugin = createCurrentPlugin(boundary);
  const { functions } = boundary.sandbox;
  return {
    system: system.created,
    namespaces: [ENV_NAMESPACE, ...WASI_NAMESPACES, ...Object.keys(functions)],
    namesIn(namespace) {
      if (namespace === ENV_NAMESPACE) return [...env.keys()];
      return Object.hasOwn(functions, namespace) ? Object.keys(functions[namespace] ?? {}) : [];
    },
    resolve(wanted, importer) {
      if (wanted.kind !== "function") return undefined;
      if (wanted.module === ENV_NAMESPACE) return env.get(wanted.name);
      if (WASI_NAMESPACES.includes(wanted.module)) return system.resolve(wanted.name, importer);
      return resolveUserFunction(boundary, plugin, wanted);
    },
  };
}

function createSystemOffer(boundary: Boundary) {
  let system: SystemInterface | undefined;
  const bound = new Map<ImportingModule, Readonly<Record<string, CallableFunction>>>();
  return {
    created: () => system,
    resolve(name: string, importer: ImportingModule): WebAssembly.ImportValue | undefined {
      system ??= boundary.sandbox.createSystem();
      let functions = bound.get(importer);
      if (!functions) {
        functions = system.bind(() => importer.exports()?.["memory"] as WebAssembly.Memory | undefined);
        bound.set(importer, functions);
      }
      return Object.hasOwn(functions, name) ? functions[name] : undefined;
    },
  };
}

function resolveUserFunction(
  boundary: Boundary,
  plugin: CurrentPlugin,
  wanted: Extract<ModuleImport, { kind: "function" }>,
): WebAssembly.ImportValue | undefined {
  const { functions } = boundary.sandbox;
  const members = Object.hasOwn(functions, wanted.module) ? functions[wanted.module] : undefined;
  if (!members || !Object.hasOwn(members, wanted.name)) return undefined;
  const run = members[wanted.name];
  if (!run) return undefined;
  const bound: ImportFunction = bindFunction(boundary, plugin, {
    label: `${wanted.module}.${wanted.name}`,
    run,
    type: wanted.type,
  });
  return isAsyncFunction(run) ? suspendable(bound) : bound;
}
