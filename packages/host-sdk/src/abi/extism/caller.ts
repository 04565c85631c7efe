import type { PluginError } from "../../errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { SystemServer } from "../../sandbox/system/caller.ts";
import type { GuestSystem } from "../../sandbox/system/settings.ts";
import type { AbiCaller, CallRequest, Program, RemoteImport, WasmValue } from "../abi.ts";
import { Boundary } from "./boundary.ts";
import { NO_BYTES } from "./call-input.ts";
import { type Dialect, STANDARD } from "./dialect.ts";
import { requireCallable } from "./exports.ts";
import type { ImportFunction } from "./guard.ts";
import { createSharedMemory } from "./kernel.ts";
import { createOffer } from "./offer.ts";
import { located, outcomeOfReturn } from "./outcome.ts";
import { remoteImports, SYSTEM_IMPORT, serveExchange } from "./remote.ts";

/** The caller's side of an Extism guest in a worker. */
export class ExtismCaller implements AbiCaller {
  readonly memory: WebAssembly.Memory;
  readonly imports: readonly RemoteImport[];
  readonly #boundary: Boundary;
  readonly #ending = new AbortController();
  readonly #program: Program;
  readonly #served: readonly ImportFunction[];
  readonly #system: SystemServer | undefined;

  constructor(program: Program, sandbox: Sandbox, dialect: Dialect = STANDARD) {
    this.#program = program;
    this.memory = createSharedMemory(dialect.kernelPages ?? sandbox.limits.maxPages);
    this.#boundary = new Boundary(sandbox, { memory: this.memory, side: "caller" }, dialect);
    const offer = createOffer(this.#boundary, { suspendable: (run) => run });
    const wanted = remoteImports(program, sandbox.functions);
    const served = wanted.map((entry) => offer.resolve(entry, undefined) as ImportFunction);
    this.#system = sandbox.createSystemServer?.();
    const exchange =
      this.#system && this.#boundary.guard("WASI", serveExchange(this.#boundary, this.#system));
    this.#served = exchange ? [...served, exchange] : served;
    this.imports = [
      ...wanted.map(({ module, name }) => ({ module, name })),
      ...(exchange ? [SYSTEM_IMPORT] : []),
    ];
  }

  serve(index: number, args: readonly WasmValue[]): unknown {
    return this.#served[index]?.(...args);
  }

  get system(): GuestSystem | undefined {
    return this.#system?.guest;
  }

  begin(request: CallRequest | undefined): number {
    if (request)
      requireCallable(this.#program.main.description, this.#place(request.name), this.#boundary.dialect);
    const { input = "", hostContext } = request ?? {};
    this.#boundary.begin({ input, hostContext, signal: this.#signalFor(request) });
    return this.#system?.beginCall(request?.system ?? {}) ?? 0;
  }

  finish(name: string, error: PluginError | undefined, output = NO_BYTES): Uint8Array<ArrayBuffer> {
    const place = this.#place(name);
    try {
      this.#boundary.output = output;
      this.#endSystemCall();
      if (this.#boundary.failure) throw located(this.#boundary.failure, place);
      if (error) throw error;
      return outcomeOfReturn(this.#boundary, [], place, 0);
    } finally {
      this.#boundary.end();
    }
  }

  abandon(error: PluginError): void {
    this.#ending.abort(error);
    this.#system?.close();
  }

  #signalFor(request: CallRequest | undefined): AbortSignal {
    const { signal } = this.#ending;
    return request?.signal ? AbortSignal.any([request.signal, signal]) : signal;
  }

  /** Hands on what standard streams hold back, at which the application's own code may fail. */
  #endSystemCall(): void {
    try {
      this.#system?.endCall();
    } catch (error) {
      this.#boundary.fail(error, "a standard stream");
    }
  }

  #place(name: string) {
    return { plugin: this.#boundary.sandbox.plugin, export: name };
  }
}
