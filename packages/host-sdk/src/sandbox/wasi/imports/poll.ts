import { EVENT, SIZE, SUBCLOCK_ABSOLUTE } from "../abi.ts";
import type { ImportGroup, WasiContext } from "../context.ts";
import { ERRNO, WasiError } from "../errno.ts";
import type { GuestMemory } from "../guest-memory.ts";
import { RIGHT } from "../rights.ts";
import { readClock } from "./clock.ts";

/** Subscriptions of one call. Each costs the host memory, and 2^28 of them fit into a guest's. */
const MAX_SUBSCRIPTIONS = 1024;

/** Where a subscription has its fields; `wasi_unstable` has an identifier before the clock. */
export interface SubscriptionLayout {
  readonly size: number;
  readonly clock: number;
}

export const SNAPSHOT_SUBSCRIPTION: SubscriptionLayout = { size: SIZE.subscription, clock: 16 };
export const UNSTABLE_SUBSCRIPTION: SubscriptionLayout = { size: SIZE.subscription + 8, clock: 24 };

interface Event {
  readonly userdata: bigint;
  readonly type: number;
  readonly errno: number;
  readonly bytes: bigint;
}

interface Alarm {
  readonly userdata: bigint;
  readonly clock: number;
  /** When it goes off, on that clock. */
  readonly at: bigint;
}

/** `poll_oneoff`. Streams and files are always ready, so only clocks are ever waited for. */
export function poll(layout: SubscriptionLayout): ImportGroup {
  return (context, memory) => ({
    poll_oneoff(subscriptions: number, events: number, count: number, result: number) {
      const length = count >>> 0;
      if (length === 0 || length > MAX_SUBSCRIPTIONS) throw new WasiError(ERRNO.inval);
      const start = memory.range(subscriptions, length * layout.size);
      memory.range(events, length * SIZE.event);
      memory.range(result, 4);
      const ready: Event[] = [];
      const alarms: Alarm[] = [];
      for (let at = start; at < start + length * layout.size; at += layout.size) {
        const subscription = readSubscription(context, memory, at, layout);
        if ("at" in subscription) alarms.push(subscription);
        else ready.push(subscription);
      }
      if (ready.length === 0) waitForFirst(context, alarms);
      const rung = alarms.filter((alarm) => remaining(context, alarm) <= 0n).map(clockEvent);
      memory.setU32(result, writeEvents(memory, events, [...ready, ...rung]));
    },
  });
}

function readSubscription(context: WasiContext, memory: GuestMemory, at: number, layout: SubscriptionLayout) {
  const userdata = memory.u64(at);
  const type = memory.u8(at + 8);
  switch (type) {
    case EVENT.clock:
      return readAlarm(context, memory, at + layout.clock, userdata);
    case EVENT.read:
    case EVENT.write:
      return descriptorEvent(context, memory.u32(at + 16), userdata, type);
    default:
      throw new WasiError(ERRNO.inval);
  }
}

function readAlarm({ time }: WasiContext, memory: GuestMemory, at: number, userdata: bigint): Alarm | Event {
  const clock = memory.u32(at);
  const timeout = memory.u64(at + 8);
  const absolute = (memory.u16(at + 24) & SUBCLOCK_ABSOLUTE) !== 0;
  try {
    const now = BigInt(readClock(time, clock));
    return { userdata, clock, at: absolute ? timeout : now + timeout };
  } catch {
    return { userdata, type: EVENT.clock, errno: ERRNO.inval, bytes: 0n };
  }
}

function clockEvent({ userdata }: Alarm): Event {
  return { userdata, type: EVENT.clock, errno: ERRNO.success, bytes: 0n };
}

function descriptorEvent({ descriptors }: WasiContext, fd: number, userdata: bigint, type: number): Event {
  try {
    const descriptor = descriptors.withRight(fd, RIGHT.pollFdReadwrite);
    const isFile = descriptor.type === "file" && type === EVENT.read;
    const bytes = isFile ? descriptor.file.stat().size - BigInt(descriptor.position) : 1n;
    return { userdata, type, errno: ERRNO.success, bytes: bytes > 0n ? bytes : 0n };
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    return { userdata, type, errno: error.errno, bytes: 0n };
  }
}

/** Nanoseconds until an alarm goes off, 0 or less if it has. */
function remaining({ time }: WasiContext, { clock, at }: Alarm): bigint {
  return at - BigInt(readClock(time, clock));
}

/**
 * Blocks until the first alarm, or the end of the call if that comes earlier.
 * @throws `EINTR` at the end of the call, `ENOTSUP` where the thread must not block
 */
function waitForFirst(context: WasiContext, alarms: readonly Alarm[]): void {
  for (;;) {
    const [shortest = 0n] = alarms.map((alarm) => remaining(context, alarm)).sort(ascending);
    if (shortest <= 0n) return;
    if (context.time.wait === undefined) throw new WasiError(ERRNO.notsup);
    const left = nanosecondsLeft(context);
    if (left !== undefined && left <= 0n) throw new WasiError(ERRNO.intr);
    context.time.wait(left !== undefined && left < shortest ? left : shortest);
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

function nanosecondsLeft({ deadline }: WasiContext): bigint | undefined {
  if (deadline === undefined) return undefined;
  return BigInt(Math.ceil(Math.max(0, deadline - performance.now()) * 1e6));
}

function writeEvents(memory: GuestMemory, pointer: number, events: readonly Event[]): number {
  let at = memory.range(pointer, events.length * SIZE.event);
  for (const event of events) {
    memory.fill(at, SIZE.event);
    memory.setU64(at, event.userdata);
    memory.setU16(at + 8, event.errno);
    memory.setU8(at + 10, event.type);
    memory.setU64(at + 16, event.bytes);
    at += SIZE.event;
  }
  return events.length;
}
