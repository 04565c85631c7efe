/** The POSIX error codes that our own file systems fail with. */
export type FileSystemErrorCode =
  | "EBADF"
  | "EBUSY"
  | "EEXIST"
  | "EFBIG"
  | "EINVAL"
  | "EISDIR"
  | "ELOOP"
  | "ENAMETOOLONG"
  | "ENOENT"
  | "ENOMEM"
  | "ENOSPC"
  | "ENOTCAPABLE"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "EPERM"
  | "ESTALE"
  | "EXDEV";

/** A file operation that failed, by its POSIX code. Guests see the code; it never leaves the sandbox. */
export class FileSystemError extends Error {
  override readonly name = "FileSystemError";
  readonly code: FileSystemErrorCode;

  constructor(code: FileSystemErrorCode) {
    super(code);
    this.code = code;
  }
}

/** The POSIX code of an error of a file system, ours or the platform's (`node:fs` sets `code`, too). */
export function posixCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}
