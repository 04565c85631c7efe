import type { Preopen } from "../fs/preopen.ts";
import type { Import, Imports, WasiContext } from "./context.ts";
import { DescriptorTable } from "./descriptors.ts";
import { FileIdentity } from "./file-identity.ts";
import { GuestMemory } from "./guest-memory.ts";
import { encodeStrings } from "./imports/environment.ts";
import { SNAPSHOT, UNSTABLE } from "./imports/index.ts";
import type { WasiOptions } from "./options.ts";
import { seededRandom, systemRandom } from "./random.ts";
import { DIRECTORY_RIGHTS, INHERITED_RIGHTS, MUTATING_RIGHTS } from "./rights.ts";
import { type CallStdio, Stdio } from "./stdio.ts";
import { blockingSleep, deterministicTime, type Sleep, systemTime } from "./time.ts";

/** What {@link createWasi} needs to know. */
export interface WasiSettings {
  readonly options?: WasiOptions | undefined;
  /** Directories that are open from the start, besides those of `options.fs`. */
  readonly preopens?: readonly Preopen[] | undefined;
  /** Takes the lines of streams that go to `"log"`. Default: dropped. */
  readonly log?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
  /**
   * How the thread blocks; `null` if it must not, which makes a guest's sleeps `ENOTSUP`. Default
   * `Atomics.wait`, or `null` where that is forbidden (a browser's main thread).
   */
  readonly sleep?: Sleep | null | undefined;
}

/** What one call has of its own; what is absent is as in the options. */
export interface WasiCall extends CallStdio {
  /** When sleeps must end, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline?: number | undefined;
  readonly args?: readonly string[] | undefined;
}

/** The import modules for one module of an instance. */
export interface WasiImports {
  readonly wasi_snapshot_preview1: Imports;
  readonly wasi_unstable: Imports;
  /** One function of either, or `undefined` if there is none of this name. */
  find(module: string, name: string): Import | undefined;
}

/** The WASI side of one plugin instance: its descriptors, streams and clocks. */
export interface Wasi {
  /**
   * The import modules `wasi_snapshot_preview1` and `wasi_unstable` for one module, over its memory, which
   * is looked up when it is needed: it exists only after instantiation. Modules that are linked share
   * descriptors. Without a memory every pointer is `EFAULT`. The functions throw {@link WasiExit}, and
   * what application code threw; nothing else.
   */
  bind(memory: () => WebAssembly.Memory | undefined): WasiImports;
  beginCall(call?: WasiCall): void;
  /** Hands on unfinished lines. @throws what a stream that output was written to failed with */
  endCall(): void;
  /** Closes every descriptor, those of the host too. Closing twice is fine. */
  close(): void;
}

/**
 * Makes the WASI side of one plugin instance.
 *
 * @throws {PluginError} `PATH_DENIED` if a host directory has gone
 * @throws {TypeError} for arguments or variables with NUL in them
 */
export function createWasi(settings: WasiSettings = {}): Wasi {
  const { options = {} } = settings;
  const stdio = new Stdio(options, settings.log ?? (() => {}));
  const args = encodeStrings(options.args ?? [], "wasi.args");
  const context = createContext(settings, args);
  stdio.install(context.descriptors);
  const closeRoots = openPreopens(context.descriptors, [...(settings.preopens ?? []), ...mounted(options)]);
  return {
    bind: (memory) => new BoundImports(context, new GuestMemory(memory)),
    beginCall(call = {}) {
      context.deadline = call.deadline;
      context.args = call.args === undefined ? args : encodeStrings(call.args, "args");
      stdio.begin(call);
    },
    endCall() {
      context.deadline = undefined;
      context.args = args;
      stdio.end();
    },
    close() {
      context.descriptors.closeAll();
      closeRoots();
    },
  };
}

class BoundImports implements WasiImports {
  readonly #context: WasiContext;
  readonly #memory: GuestMemory;

  constructor(context: WasiContext, memory: GuestMemory) {
    this.#context = context;
    this.#memory = memory;
  }

  get wasi_snapshot_preview1(): Imports {
    return SNAPSHOT.all(this.#context, this.#memory);
  }

  get wasi_unstable(): Imports {
    return UNSTABLE.all(this.#context, this.#memory);
  }

  find(module: string, name: string): Import | undefined {
    const namespace = module === "wasi_unstable" ? UNSTABLE : SNAPSHOT;
    return namespace.one(name, this.#context, this.#memory);
  }
}

function createContext(
  { options = {}, sleep = blockingSleep() }: WasiSettings,
  args: Uint8Array[],
): WasiContext {
  const { deterministic } = options;
  const random = deterministic === undefined ? systemRandom : seededRandom(deterministic.seed);
  const variables = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    descriptors: new DescriptorTable(),
    time: deterministic === undefined ? systemTime(sleep) : deterministicTime(deterministic),
    random,
    identity: new FileIdentity(random),
    env: encodeStrings(variables, "wasi.env"),
    args,
    deadline: undefined,
  };
}

function mounted(options: WasiOptions): Preopen[] {
  return Object.entries(options.fs ?? {}).map(([guestPath, fileSystem]) => ({
    guestPath,
    fileSystem,
    readOnly: false,
  }));
}

/** Opens the roots and returns what closes them. */
function openPreopens(descriptors: DescriptorTable, preopens: readonly Preopen[]): () => void {
  const roots = preopens.map(({ fileSystem }) => fileSystem.open());
  preopens.forEach(({ guestPath, readOnly }, index) => {
    const root = roots[index] as (typeof roots)[number];
    const permitted = readOnly ? ~MUTATING_RIGHTS : ~0;
    descriptors.add({
      type: "directory",
      directory: root,
      root,
      preopenPath: new TextEncoder().encode(guestPath),
      rights: DIRECTORY_RIGHTS & permitted,
      inheriting: INHERITED_RIGHTS & permitted,
      flags: 0,
    });
  });
  return () => {
    for (const root of roots.splice(0)) root.close();
  };
}
