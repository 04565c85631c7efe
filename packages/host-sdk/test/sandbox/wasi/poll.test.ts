import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../../src/sandbox/fs/index.ts";
import { Guest } from "./guest.ts";

const [CLOCK, READ, WRITE] = [0, 1, 2];
const ABSOLUTE = 1;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  readonly fd?: number;
  readonly clock?: number;
  readonly timeout?: bigint;
  readonly flags?: number;
}

function poll(guest: Guest, subscriptions: readonly Subscription[]) {
  const start = guest.allocate(subscriptions.length * 48);
  const events = guest.allocate(subscriptions.length * 32);
  const result = guest.allocate(4);
  subscriptions.forEach(({ userdata, type, fd = 0, clock = 1, timeout = 0n, flags = 0 }, index) => {
    const at = start + index * 48;
    const view = guest.view();
    view.setBigUint64(at, userdata, true);
    view.setUint8(at + 8, type);
    view.setUint32(at + 16, type === CLOCK ? clock : fd, true);
    if (type === CLOCK) view.setBigUint64(at + 24, timeout, true);
    if (type === CLOCK) view.setUint16(at + 40, flags, true);
  });
  const error = guest.call("poll_oneoff", start, events, subscriptions.length, result);
  if (error !== "SUCCESS") return error;
  const view = guest.view();
  return Array.from({ length: view.getUint32(result, true) }, (_, index) => ({
    userdata: view.getBigUint64(events + index * 32, true),
    error: view.getUint16(events + index * 32 + 8, true),
    type: view.getUint8(events + index * 32 + 10),
    bytes: view.getBigUint64(events + index * 32 + 16, true),
  }));
}

/** A guest whose sleeps are noted, and pass at once. */
function sleeper(now = 0) {
  const guest = new Guest({ options: { deterministic: { now, seed: 0 } } });
  const time = () => {
    guest.call("clock_time_get", 1, 0n, 64);
    return guest.view().getBigUint64(64, true);
  };
  return { guest, time };
}

describe("poll_oneoff", () => {
  it("answers for streams and files at once, and leaves clocks that have not gone off out", () => {
    const guest = new Guest({ options: { stdin: "x", fs: { "/": memoryFileSystem({ f: "12345" }) } } });
    const fd = Number(guest.open("f", { rights: 0x3fffffffn & ~64n }));
    guest.read(fd, 2);
    const events = poll(guest, [
      { userdata: 1n, type: READ, fd: 0 },
      { userdata: 2n, type: WRITE, fd: 1 },
      { userdata: 3n, type: READ, fd },
      { userdata: 4n, type: CLOCK, timeout: 2n ** 62n },
      { userdata: 5n, type: CLOCK, timeout: 0n },
    ]);
    expect(events).toMatchObject([
      { userdata: 1n, error: 0, type: READ },
      { userdata: 2n, error: 0, type: WRITE },
      { userdata: 3n, error: 0, type: READ, bytes: 3n },
      { userdata: 5n, error: 0, type: CLOCK },
    ]);
  });

  it("sleeps until the first clock goes off, relative or absolute", () => {
    const { guest, time } = sleeper();
    expect(
      poll(guest, [
        { userdata: 1n, type: CLOCK, timeout: 5_000_000n },
        { userdata: 2n, type: CLOCK, timeout: 3_000_000n },
      ]),
    ).toMatchObject([{ userdata: 2n, error: 0, type: CLOCK }]);
    expect(time()).toBe(3_000_000n);
    expect(poll(guest, [{ userdata: 3n, type: CLOCK, timeout: 9_000_000n, flags: ABSOLUTE }])).toHaveLength(
      1,
    );
    expect(time()).toBe(9_000_000n);
    expect(poll(guest, [{ userdata: 3n, type: CLOCK, timeout: 1n, flags: ABSOLUTE }])).toHaveLength(1);
    expect(time()).toBe(9_000_000n);
  });

  it("lets the time pass on the platform's clock", () => {
    const guest = new Guest({});
    const time = () => {
      guest.call("clock_time_get", 1, 0n, 64);
      return guest.view().getBigUint64(64, true);
    };
    const before = time();
    expect(poll(guest, [{ userdata: 1n, type: CLOCK, timeout: 2_000_000n }])).toHaveLength(1);
    expect(time() - before).toBeGreaterThanOrEqual(2_000_000n);
  });

  it("tells of a bad descriptor or clock in the event, and of a bad type at once", () => {
    const guest = new Guest({});
    expect(poll(guest, [{ userdata: 1n, type: READ, fd: 99 }])).toMatchObject([{ error: 8 }]);
    expect(poll(guest, [{ userdata: 1n, type: CLOCK, clock: 9 }])).toMatchObject([{ error: 28 }]);
    expect(poll(guest, [{ userdata: 1n, type: 3 }])).toBe("INVAL");
  });

  it("takes no flood of subscriptions, and not none; 1,024 it takes", () => {
    const guest = new Guest({}, new WebAssembly.Memory({ initial: 4, maximum: 65_536 }));
    expect(guest.call("poll_oneoff", 0, 0, 2 ** 28, 0)).toBe("INVAL");
    expect(guest.call("poll_oneoff", 0, 0, 1025, 0)).toBe("INVAL");
    expect(guest.call("poll_oneoff", 0, 0, 0, 0)).toBe("INVAL");
    expect(guest.call("poll_oneoff", 0, 100_000, 1024, 200_000)).toBe("SUCCESS");
    expect(guest.view().getUint32(200_000, true)).toBe(1024);
  });

  it("ends a sleep of 2^63 ns at the call's deadline, and one of 2^64 − 1 too", () => {
    for (const timeout of [2n ** 63n, 2n ** 64n - 1n]) {
      const slept: number[] = [];
      const guest = new Guest({
        sleep: (milliseconds) => {
          slept.push(milliseconds);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
        },
      });
      guest.wasi.beginCall({ deadline: performance.now() + 5 });
      expect(poll(guest, [{ userdata: 1n, type: CLOCK, timeout }])).toBe("INTR");
      expect(Math.max(...slept)).toBeLessThanOrEqual(6);
      guest.wasi.endCall();
      expect(poll(guest, [{ userdata: 1n, type: CLOCK, timeout: 1000n }])).toHaveLength(1);
    }
  });

  it("says that it cannot, where the thread must not block, unless there is nothing to wait for", () => {
    const guest = new Guest({ sleep: null });
    expect(poll(guest, [{ userdata: 1n, type: CLOCK, timeout: 1_000_000_000n }])).toBe("NOTSUP");
    expect(poll(guest, [{ userdata: 1n, type: CLOCK, timeout: 0n }])).toHaveLength(1);
  });
});
