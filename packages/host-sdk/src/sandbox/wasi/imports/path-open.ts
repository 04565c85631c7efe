import { type Opened, openPath } from "../../fs/operations.ts";
import { ALL_FDFLAGS, FDFLAGS, LOOKUP_FOLLOW, OFLAGS } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import type { Descriptor, DirectoryDescriptor } from "../descriptors.ts";
import { ERRNO, WasiError } from "../errno.ts";
import { DIRECTORY_RIGHTS, FILE_RIGHTS, RIGHT, toRights } from "../rights.ts";

/** `path_open`. */
export const pathOpen: ImportGroup = ({ descriptors }, memory) => ({
  path_open(
    fd: number,
    lookup: number,
    path: number,
    pathLength: number,
    oflags: number,
    rights: bigint,
    inheriting: bigint,
    fdflags: number,
    result: number,
  ) {
    const request: OpenRequest = {
      oflags,
      rights: toRights(rights),
      inheriting: toRights(inheriting),
      fdflags,
    };
    const directory = descriptors.directory(fd, RIGHT.pathOpen | rightsToOpen(oflags));
    checkRequest(directory, request);
    const name = memory.path(path, pathLength);
    memory.range(result, 4);
    descriptors.reserve();
    const opened = openPath(directory.directory, name, {
      follow: (lookup & LOOKUP_FOLLOW) !== 0,
      directory: (oflags & OFLAGS.directory) !== 0,
      write: (request.rights & RIGHT.fdWrite) !== 0,
      create: (oflags & OFLAGS.create) !== 0,
      exclusive: (oflags & OFLAGS.exclusive) !== 0,
      truncate: (oflags & OFLAGS.truncate) !== 0,
    });
    memory.setU32(result, descriptors.add(toDescriptor(opened, directory, request)));
  },
});

interface OpenRequest {
  readonly oflags: number;
  readonly rights: number;
  readonly inheriting: number;
  readonly fdflags: number;
}

/** What the directory must permit before anything is created or cut. */
function rightsToOpen(oflags: number): number {
  const create = (oflags & OFLAGS.create) !== 0 ? RIGHT.pathCreateFile : 0;
  return create | ((oflags & OFLAGS.truncate) !== 0 ? RIGHT.pathFilestatSetSize : 0);
}

/**
 * Reading and writing must be inheritable if they are asked for. Other rights are granted as far as they
 * are inheritable: guests ask for all that their language might use one day.
 */
function checkRequest({ inheriting }: DirectoryDescriptor, { oflags, rights, fdflags }: OpenRequest): void {
  if ((rights & (RIGHT.fdRead | RIGHT.fdWrite) & ~inheriting) !== 0) throw new WasiError(ERRNO.notcapable);
  if ((oflags & ~15) !== 0 || (fdflags & ~ALL_FDFLAGS) !== 0) throw new WasiError(ERRNO.inval);
}

function toDescriptor(opened: Opened, parent: DirectoryDescriptor, request: OpenRequest): Descriptor {
  const granted = request.rights & parent.inheriting;
  if (opened.type === "directory") {
    return {
      type: "directory",
      directory: opened.directory,
      root: parent.root,
      rights: granted & DIRECTORY_RIGHTS,
      inheriting: request.inheriting & parent.inheriting,
      flags: 0,
    };
  }
  const writable = (granted & RIGHT.fdWrite) !== 0;
  return {
    type: "file",
    file: opened.file,
    position: 0,
    rights: granted & FILE_RIGHTS & (writable ? ~0 : ~(RIGHT.fdAllocate | RIGHT.fdFilestatSetSize)),
    inheriting: request.inheriting & parent.inheriting,
    flags:
      request.fdflags & (FDFLAGS.append | FDFLAGS.nonblock | FDFLAGS.dsync | FDFLAGS.rsync | FDFLAGS.sync),
  };
}
