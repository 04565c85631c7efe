import { CLOCK } from "../abi.ts";
import type { ImportGroup } from "../context.ts";
import { ERRNO, WasiError } from "../errno.ts";
import type { TimeSource } from "../time.ts";

/** `clock_*`. The CPU-time clocks tell the monotonic time: what a thread used is not known to a host in JavaScript. */
export const clock: ImportGroup = ({ time }, memory) => ({
  clock_res_get(id: number, result: number) {
    checkClock(id);
    memory.setU64(result, time.resolution);
  },
  clock_time_get(id: number, _precision: bigint, result: number) {
    memory.setU64(result, readClock(time, id));
  },
});

/** The time of a clock. @throws `EINVAL` for a clock that does not exist */
export function readClock(time: TimeSource, id: number): bigint | number {
  checkClock(id);
  return id === CLOCK.realtime ? time.realtime() : time.monotonic();
}

function checkClock(id: number): void {
  if (id >>> 0 > CLOCK.threadCpuTime) throw new WasiError(ERRNO.inval);
}
