import { parseModule, toDescription } from "./parse.ts";
import type { ExternalKind, ExternalType, ModuleDescription, ModuleInterface } from "./types.ts";

/**
 * Describes a core module from its bytes, without compiling it. What this accepts need not be valid (function
 * bodies are left to the engine), but where an engine accepts it too, both read it the same way.
 *
 * @throws {PluginError} `MODULE_INVALID` for bytes that are not a core module, with the byte offset;
 *   `UNSUPPORTED` for constructs whose meaning is not certain to be the same everywhere
 */
export function describeModule(bytes: Uint8Array): ModuleDescription {
  return toDescription(parseModule(bytes));
}

/**
 * Describes a compiled module as far as engines tell: names and kinds, without types. Its memories and tables
 * cannot be seen, and therefore not be limited.
 */
export function describeCompiled(module: WebAssembly.Module): ModuleInterface {
  return {
    imports: WebAssembly.Module.imports(module).map(({ module, name, kind }) => ({
      module,
      name,
      ...untyped(kind),
    })),
    exports: WebAssembly.Module.exports(module).map(({ name, kind }) => ({ name, ...untyped(kind) })),
  };
}

/** Widens a kind to the union of all kinds, none of which needs a type. */
function untyped(kind: ExternalKind): ExternalType {
  return { kind };
}
