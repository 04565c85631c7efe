import { NO_OUTPUT } from "../../abi/extism/outcome.ts";
import { PluginError } from "../../errors.ts";
import { describe } from "../../functions.ts";
import { isArrayBuffer, isUint8Array } from "../../manifest/kinds.ts";
import type { Plugin as NativePlugin, PluginInput } from "../../plugin.ts";
import { errorOfCall } from "./errors.ts";
import { OutputView } from "./plugin-output.ts";
import type { TrackedAbi } from "./tracked-abi.ts";
import type { Plugin, PluginOutput } from "./types.ts";

/** A plugin with the methods of the JavaScript SDK. */
export class ExtismPlugin implements Plugin {
  readonly #plugin: NativePlugin;
  readonly #tracked: TrackedAbi;
  readonly #runInWorker: boolean;
  /** What the main module exports, by name. */
  readonly #kinds: ReadonlyMap<string, WebAssembly.ImportExportKind>;
  #running = 0;

  constructor(plugin: NativePlugin, tracked: TrackedAbi, runInWorker: boolean) {
    this.#plugin = plugin;
    this.#tracked = tracked;
    this.#runInWorker = runInWorker;
    this.#kinds = new Map(tracked.program.main.description.exports.map(({ name, kind }) => [name, kind]));
  }

  async call<T>(
    funcName: string,
    input?: string | number | Uint8Array,
    hostContext?: T,
  ): Promise<PluginOutput | null> {
    this.#checkFunction(funcName);
    if (this.#runInWorker && this.isActive())
      throw new PluginError("REENTRANT_CALL", "plugin is not reentrant");
    this.#running++;
    try {
      const output = (await this.#plugin.call(funcName, toInput(input), { hostContext })).bytes();
      return output === NO_OUTPUT ? null : new OutputView(output);
    } catch (error) {
      throw errorOfCall(error);
    } finally {
      this.#running--;
    }
  }

  async functionExists(funcName: string): Promise<boolean> {
    return this.#kinds.get(funcName) === "function";
  }

  async getExports(): Promise<WebAssembly.ModuleExportDescriptor[]> {
    return WebAssembly.Module.exports(this.#tracked.program.main.module);
  }

  async getImports(): Promise<WebAssembly.ModuleImportDescriptor[]> {
    return WebAssembly.Module.imports(this.#tracked.program.main.module);
  }

  async getInstance(): Promise<WebAssembly.Instance> {
    const { instance } = this.#tracked;
    if (instance) return instance;
    const { name } = this.#plugin;
    throw new PluginError(
      "UNSUPPORTED",
      `plugin ${name} runs in a worker, whose instance cannot be reached from here`,
      {
        plugin: name,
      },
    );
  }

  isActive(): boolean {
    return this.#running > 0;
  }

  async reset(): Promise<boolean> {
    return !this.isActive();
  }

  async close(): Promise<void> {
    await this.#plugin.close();
  }

  #checkFunction(funcName: string): void {
    const kind = this.#kinds.get(funcName);
    if (kind === "function") return;
    const what = kind ? `export "${funcName}" is not a function` : `function "${funcName}" does not exist`;
    throw new PluginError("EXPORT_MISSING", `Plugin error: ${what}`, {
      plugin: this.#plugin.name,
      export: funcName,
    });
  }
}

/** A number names a block of the SDK's own there, of which none is left when a call begins: no input. */
function toInput(input: unknown): PluginInput {
  if (input === undefined || input === null || typeof input === "number") return undefined;
  if (typeof input === "string" || isUint8Array(input) || isArrayBuffer(input)) return input;
  throw new TypeError(`the input is ${describe(input)}; a call takes a string, a Uint8Array or nothing`);
}
