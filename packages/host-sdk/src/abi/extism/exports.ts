import { PluginError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import type { ModuleExport, ModuleInterface } from "../../wasm/types.ts";
import type { Dialect } from "./dialect.ts";
import { formatType } from "./functions.ts";
import type { CallPlace } from "./outcome.ts";

/** A command's main function, which is over once it has run. */
export const COMMAND_EXPORT = "_start";

/** Whether an export can be called with bytes, as far as its type is known. */
export function isCallable(entry: ModuleExport): boolean {
  if (entry.kind !== "function") return false;
  if (!entry.type) return true;
  const { params, results } = entry.type;
  return params.length === 0 && (results.length === 0 || (results.length === 1 && results[0] === "i32"));
}

/** Names of the exports that can be called with bytes. */
export function callableExports({ exports }: ModuleInterface): string[] {
  return exports.filter(isCallable).map((entry) => entry.name);
}

/** Refuses to call what is not there, or is not callable. @throws {PluginError} `EXPORT_MISSING` */
export function requireCallable(description: ModuleInterface, place: CallPlace, dialect: Dialect): void {
  const entry = description.exports.find((candidate) => candidate.name === place.export);
  if (!entry) {
    const close = nearest(place.export, callableExports(description));
    const hint = close === undefined ? "" : `; did you mean ${close}?`;
    throw new PluginError(
      "EXPORT_MISSING",
      `plugin ${place.plugin} has no export ${place.export}${hint}`,
      place,
    );
  }
  if (dialect.callsAnyFunction ? entry.kind !== "function" : !isCallable(entry))
    throw notCallable(entry, place);
}

/** The error for an export that is there, but takes or returns something. */
export function notCallable(entry: Pick<ModuleExport, "kind" | "type">, place: CallPlace): PluginError {
  const type =
    entry.kind === "function" && entry.type && "params" in entry.type ? ` ${formatType(entry.type)}` : "";
  return new PluginError(
    "EXPORT_MISSING",
    `export ${place.export} of plugin ${place.plugin} is a ${entry.kind}${type}; only functions () → () and () → i32 can be called`,
    place,
  );
}
