import type { ImportGroup } from "../context.ts";
import { ERRNO, WasiError } from "../errno.ts";
import { WasiExit } from "../exit.ts";

/** `random_get` fills at most this much at a time, to keep its scratch memory small. */
const CHUNK_BYTES = 65_536;

/** `proc_*`, `sched_yield` and `random_get`. */
export const processControl: ImportGroup = ({ random }, memory) => ({
  proc_exit(code: number): never {
    throw new WasiExit(code >>> 0);
  },
  proc_raise: () => ERRNO.nosys,
  sched_yield: () => ERRNO.success,
  random_get(pointer: number, length: number) {
    const bytes = memory.bytes(pointer, length);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      // Scratch memory, because random sources refuse shared memory.
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes.length - at));
      random(chunk);
      bytes.set(chunk, at);
    }
  },
});

/** `sock_*`: no descriptor is a socket. */
export const sockets: ImportGroup = ({ descriptors }) => {
  const noSocket = (fd: number): never => {
    descriptors.get(fd);
    throw new WasiError(ERRNO.notsock);
  };
  return { sock_accept: noSocket, sock_recv: noSocket, sock_send: noSocket, sock_shutdown: noSocket };
};
