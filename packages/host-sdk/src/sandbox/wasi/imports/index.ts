import { guarded, type Import, type Imports, type WasiContext } from "../context.ts";
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
const SNAPSHOT = [...GROUPS, fdFilestat("snapshot"), pathFilestat("snapshot"), poll(SNAPSHOT_SUBSCRIPTION)];
const UNSTABLE = [...GROUPS, fdFilestat("unstable"), pathFilestat("unstable"), poll(UNSTABLE_SUBSCRIPTION)];

/** The 46 functions of `wasi_snapshot_preview1`. */
export function snapshotImports(context: WasiContext, memory: GuestMemory): Imports {
  return guardedImports(SNAPSHOT.map((group) => group(context, memory)));
}

/**
 * The functions of `wasi_unstable`, the snapshot before. Signatures are the same; two structures and the
 * numbers of `whence` (current 0, end 1, set 2) are not, and there is no `sock_accept`.
 */
export function unstableImports(context: WasiContext, memory: GuestMemory): Imports {
  const {
    sock_accept: _,
    fd_seek,
    ...imports
  } = guardedImports(UNSTABLE.map((group) => group(context, memory)));
  const seek = fd_seek as (fd: number, offset: bigint, whence: number, result: number) => number;
  return {
    ...imports,
    fd_seek: (fd: number, offset: bigint, whence: number, result: number) =>
      seek(fd, offset, whence >>> 0 > 2 ? whence : (whence + 1) % 3, result),
  };
}

function guardedImports(groups: readonly Imports[]): Imports {
  const imports: Record<string, Import> = Object.create(null);
  for (const group of groups) {
    for (const name in group) imports[name] = guarded(group[name] as Import);
  }
  return imports;
}
