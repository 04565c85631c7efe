import { guarded, type Import, type ImportGroup, type Imports, type WasiContext } from "../context.ts";
import type { GuestMemory } from "../guest-memory.ts";
import { clock } from "./clock.ts";
import { environment } from "./environment.ts";
import { fdIo } from "./fd-io.ts";
import { fdFilestat, fdState } from "./fd-state.ts";
import { fdTable } from "./fd-table.ts";
import { path, pathFilestat } from "./path.ts";
import { pathOpen } from "./path-open.ts";
import { poll, SNAPSHOT_SUBSCRIPTION, UNSTABLE_SUBSCRIPTION } from "./poll.ts";
import { processControl, sockets } from "./process.ts";
import { readdir } from "./readdir.ts";

const GROUPS = [environment, clock, processControl, sockets, fdIo, fdState, fdTable, readdir, pathOpen, path];

type Adapters = Readonly<Record<string, ((run: Import) => Import) | undefined>>;

/**
 * The functions of one namespace. They are made one by one, for the modules that import them: an engine keeps what an
 * instance imports for long, and 46 closures for each would be most of what it costs to make a plugin.
 */
export class ImportNamespace {
  readonly #groups: readonly ImportGroup[];
  readonly #adapters: Adapters;
  #byName: ReadonlyMap<string, ImportGroup> | undefined;

  /** @param adapters what stands around functions that differ; one that does not exist is `undefined` */
  constructor(groups: readonly ImportGroup[], adapters: Adapters = {}) {
    this.#groups = groups;
    this.#adapters = adapters;
  }

  /** A function, or `undefined` if there is none of this name. */
  one(name: string, context: WasiContext, memory: GuestMemory): Import | undefined {
    const run = this.#groupsByName(context, memory).get(name)?.(context, memory)[name];
    if (run === undefined) return undefined;
    return Object.hasOwn(this.#adapters, name) ? this.#adapters[name]?.(guarded(run)) : guarded(run);
  }

  /** All functions, by name. */
  all(context: WasiContext, memory: GuestMemory): Imports {
    const imports: Record<string, Import> = Object.create(null);
    for (const name of this.#groupsByName(context, memory).keys()) {
      const run = this.one(name, context, memory);
      if (run) imports[name] = run;
    }
    return imports;
  }

  /** Names do not depend on the instance; the first one tells them. */
  #groupsByName(context: WasiContext, memory: GuestMemory): ReadonlyMap<string, ImportGroup> {
    this.#byName ??= new Map(
      this.#groups.flatMap((group) =>
        Object.keys(group(context, memory)).map((name) => [name, group] as const),
      ),
    );
    return this.#byName;
  }
}

/** The 46 functions of `wasi_snapshot_preview1`. */
export const SNAPSHOT: ImportNamespace = new ImportNamespace([
  ...GROUPS,
  fdFilestat("snapshot"),
  pathFilestat("snapshot"),
  poll(SNAPSHOT_SUBSCRIPTION),
]);

/**
 * The functions of `wasi_unstable`, the snapshot before. Signatures are the same; two structures and the
 * numbers of `whence` (current 0, end 1, set 2) are not, and there is no `sock_accept`.
 */
export const UNSTABLE: ImportNamespace = new ImportNamespace(
  [...GROUPS, fdFilestat("unstable"), pathFilestat("unstable"), poll(UNSTABLE_SUBSCRIPTION)],
  {
    sock_accept: undefined,
    fd_seek(run) {
      const seek = run as (fd: number, offset: bigint, whence: number, result: number) => number;
      return (fd: number, offset: bigint, whence: number, result: number) =>
        seek(fd, offset, whence >>> 0 > 2 ? whence : (whence + 1) % 3, result);
    },
  },
);
