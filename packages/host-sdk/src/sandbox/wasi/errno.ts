import { posixCode } from "../fs/file-system-error.ts";

/** Error numbers of WASI preview 1 in their order, as POSIX spells them; the index is the number. */
const NAMES = (
  "SUCCESS 2BIG ACCES ADDRINUSE ADDRNOTAVAIL AFNOSUPPORT AGAIN ALREADY BADF BADMSG BUSY CANCELED CHILD " +
  "CONNABORTED CONNREFUSED CONNRESET DEADLK DESTADDRREQ DOM DQUOT EXIST FAULT FBIG HOSTUNREACH IDRM ILSEQ " +
  "INPROGRESS INTR INVAL IO ISCONN ISDIR LOOP MFILE MLINK MSGSIZE MULTIHOP NAMETOOLONG NETDOWN NETRESET " +
  "NETUNREACH NFILE NOBUFS NODEV NOENT NOEXEC NOLCK NOLINK NOMEM NOMSG NOPROTOOPT NOSPC NOSYS NOTCONN NOTDIR " +
  "NOTEMPTY NOTRECOVERABLE NOTSOCK NOTSUP NOTTY NXIO OVERFLOW OWNERDEAD PERM PIPE PROTO PROTONOSUPPORT " +
  "PROTOTYPE RANGE ROFS SPIPE SRCH STALE TIMEDOUT TXTBSY XDEV NOTCAPABLE"
).split(" ");

const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [`E${name}`, number]));

/** The error numbers that the imports name themselves. */
export const ERRNO = {
  success: 0,
  badf: 8,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  intr: 27,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  nosys: 52,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
} as const;

/** An import that fails with an error number; the guest gets the number, nobody else sees the error. */
export class WasiError extends Error {
  override readonly name = "WasiError";
  readonly errno: number;

  constructor(errno: number) {
    super(NAMES[errno]);
    this.errno = errno;
  }
}

/** An error that application code threw (a stdio callback, say): never turned into an error number. */
export class HostFailure extends Error {
  override readonly name = "HostFailure";

  constructor(cause: unknown) {
    super("application code failed", { cause });
  }
}

/**
 * The error number for what an import threw. What is no error of a file system (an exit, an exhausted
 * stack, a failure of application code) is thrown on and ends the call.
 */
export function toErrno(error: unknown): number {
  if (error instanceof WasiError) return error.errno;
  if (error instanceof HostFailure) throw error.cause;
  const code = posixCode(error);
  if (code === undefined) throw error;
  const errno = NUMBERS.get(code);
  if (errno !== undefined) return errno;
  if (code === "EOPNOTSUPP") return ERRNO.notsup;
  if (code.startsWith("ERR_")) return ERRNO.inval;
  if (code.startsWith("E") && !code.includes("_")) return ERRNO.io;
  throw error;
}
