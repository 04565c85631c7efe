import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../../src/sandbox/fs/index.ts";
import { createWasi, isWasiExit, WasiExit } from "../../../src/sandbox/wasi/index.ts";
import { Guest, ROOT } from "./guest.ts";

/** `wasi_snapshot_preview1`, from the specification. */
const NAMES = [
  ..."args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get".split(" "),
  ..."fd_advise fd_allocate fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights".split(
    " ",
  ),
  ..."fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_get".split(" "),
  ..."fd_prestat_dir_name fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write".split(
    " ",
  ),
  ..."path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink".split(
    " ",
  ),
  ..."path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise".split(
    " ",
  ),
  ..."random_get sched_yield sock_accept sock_recv sock_send sock_shutdown".split(" "),
];

function strings(guest: Guest, kind: "args" | "environ"): string[] {
  const sizes = guest.allocate(8);
  expect(guest.call(`${kind}_sizes_get`, sizes, sizes + 4)).toBe("SUCCESS");
  const [count, bytes] = [guest.view().getUint32(sizes, true), guest.view().getUint32(sizes + 4, true)];
  const [pointers, buffer] = [guest.allocate(count * 4), guest.allocate(bytes)];
  expect(guest.call(`${kind}_get`, pointers, buffer)).toBe("SUCCESS");
  const text = new TextDecoder().decode(guest.take(buffer, bytes));
  return Array.from({ length: count }, (_, index) => {
    const start = guest.view().getUint32(pointers + index * 4, true) - buffer;
    return text.slice(start, text.indexOf("\0", start));
  });
}

describe("the imports", () => {
  it("are the 46 of preview 1, and 45 of the snapshot before", () => {
    const bound = createWasi().bind(() => undefined);
    expect(Object.keys(bound.wasi_snapshot_preview1).sort()).toEqual([...NAMES].sort());
    expect(NAMES).toHaveLength(46);
    expect(Object.keys(bound.wasi_unstable).sort()).toEqual(
      NAMES.filter((name) => name !== "sock_accept").sort(),
    );
  });

  it("give arguments and variables as the options say, and none of the process", () => {
    const guest = new Guest({ options: { args: ["tool", "--flag", ""], env: { A: "1", B: "x=y" } } });
    expect(strings(guest, "args")).toEqual(["tool", "--flag", ""]);
    expect(strings(guest, "environ")).toEqual(["A=1", "B=x=y"]);
    const bare = new Guest({});
    expect(strings(bare, "args")).toEqual([]);
    expect(strings(bare, "environ")).toEqual([]);
  });

  it("refuse arguments and variables that C could not hold", () => {
    expect(() => createWasi({ options: { args: ["a\0b"] } })).toThrow(TypeError);
    expect(() => createWasi({ options: { env: { A: "a\0b" } } })).toThrow(TypeError);
  });

  it("take the arguments of a call for that call only", () => {
    const guest = new Guest({ options: { args: ["tool"] } });
    guest.wasi.beginCall({ args: ["tool", "call"] });
    expect(strings(guest, "args")).toEqual(["tool", "call"]);
    guest.wasi.endCall();
    expect(strings(guest, "args")).toEqual(["tool"]);
  });

  it("name the preopens by number from 3 on, and nothing after them", () => {
    const guest = new Guest({ options: { fs: { "/data": memoryFileSystem(), "/tmp": memoryFileSystem() } } });
    const names = [ROOT, ROOT + 1].map((fd) => {
      const prestat = guest.allocate(8);
      expect(guest.call("fd_prestat_get", fd, prestat)).toBe("SUCCESS");
      const length = guest.view().getUint32(prestat + 4, true);
      const buffer = guest.allocate(length);
      expect(guest.call("fd_prestat_dir_name", fd, buffer, length - 1)).toBe("NAMETOOLONG");
      expect(guest.call("fd_prestat_dir_name", fd, buffer, length)).toBe("SUCCESS");
      return new TextDecoder().decode(guest.take(buffer, length));
    });
    expect(names).toEqual(["/data", "/tmp"]);
    expect(guest.call("fd_prestat_get", ROOT + 2, guest.allocate(8))).toBe("BADF");
    expect(guest.call("fd_prestat_get", 1, guest.allocate(8))).toBe("BADF");
  });

  it("unwind the guest with its exit code, unsigned, and leave the process alone", () => {
    const guest = new Guest({});
    const codes = [0, 3, -1].map((code) => {
      try {
        guest.call("proc_exit", code);
      } catch (error) {
        return isWasiExit(error) && error instanceof WasiExit ? error.code : error;
      }
      return "returned";
    });
    expect(codes).toEqual([0, 3, 0xffff_ffff]);
    expect(process.exitCode).toBeUndefined();
    expect(isWasiExit(new Error("exit"))).toBe(false);
  });

  it("know no signals and no sockets", () => {
    const guest = new Guest({});
    expect(guest.call("proc_raise", 9)).toBe("NOSYS");
    expect(guest.call("sched_yield")).toBe("SUCCESS");
    for (const name of ["sock_accept", "sock_recv", "sock_send", "sock_shutdown"]) {
      expect(guest.call(name, 1, 0, 0, 0, 0, 0)).toBe("NOTSOCK");
      expect(guest.call(name, 77, 0, 0, 0, 0, 0)).toBe("BADF");
    }
  });

  it("fill any length with random bytes, other ones each time", () => {
    const guest = new Guest({}, new WebAssembly.Memory({ initial: 10 }));
    expect(guest.call("random_get", 100, 300_000)).toBe("SUCCESS");
    const first = guest.take(100, 300_000);
    expect(new Set(first).size).toBe(256);
    expect(guest.take(0, 100)).toEqual(new Uint8Array(100));
    expect(new Set(first.subarray(299_000)).size).toBeGreaterThan(200);
    expect(guest.call("random_get", 100, 300_000)).toBe("SUCCESS");
    expect(guest.take(100, 300_000)).not.toEqual(first);
    expect(guest.call("random_get", 100, 0)).toBe("SUCCESS");
    expect(guest.call("random_get", 100, 0xffff_ffff)).toBe("FAULT");
  });

  it("tell the time, monotonically where that is asked for, and know no clock of another number", () => {
    const guest = new Guest({});
    const read = (clock: number) => {
      const result = guest.allocate(8);
      expect(guest.call("clock_time_get", clock, 0n, result)).toBe("SUCCESS");
      return guest.view().getBigUint64(result, true);
    };
    const now = BigInt(Date.now()) * 1_000_000n;
    expect(read(0)).toBeGreaterThanOrEqual(now - 1_000_000n);
    for (const clock of [1, 2, 3]) {
      const before = read(clock);
      expect(read(clock)).toBeGreaterThanOrEqual(before);
    }
    expect(guest.call("clock_time_get", 4, 0n, guest.allocate(8))).toBe("INVAL");
    expect(guest.call("clock_res_get", -1, guest.allocate(8))).toBe("INVAL");
    const resolution = guest.allocate(8);
    expect(guest.call("clock_res_get", 0, resolution)).toBe("SUCCESS");
    expect(guest.view().getBigUint64(resolution, true)).toBeGreaterThan(0n);
  });

  it("repeat a deterministic run exactly", () => {
    const run = (seed: number) => {
      const guest = new Guest({ options: { deterministic: { now: 1_700_000_000_000, seed } } });
      const result = guest.allocate(64);
      guest.call("random_get", result, 48);
      guest.call("clock_time_get", 0, 0n, result + 48);
      guest.call("clock_time_get", 1, 0n, result + 56);
      return guest.take(result, 64);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1).subarray(0, 48)).not.toEqual(run(2).subarray(0, 48));
    expect(new DataView(run(1).buffer).getBigUint64(48, true)).toBe(1_700_000_000_000_000_000n);
  });

  it("read the time anew from a deterministic function, and take nanoseconds as a bigint", () => {
    let now = 1000;
    const guest = new Guest({ options: { deterministic: { now: () => now, seed: 0 } } });
    const fixed = new Guest({ options: { deterministic: { now: 123n, seed: 0 } } });
    const read = (of: Guest) => {
      of.call("clock_time_get", 0, 0n, 64);
      return of.view().getBigUint64(64, true);
    };
    expect(read(guest)).toBe(1_000_000_000n);
    now = 2000;
    expect(read(guest)).toBe(2_000_000_000n);
    expect(read(fixed)).toBe(123n);
  });
});

describe("wasi_unstable", () => {
  const call = (guest: Guest, name: string, ...params: unknown[]) => {
    const { wasi_unstable: imports } = guest.wasi.bind(() => guest.memory);
    return (imports[name] as (...params: unknown[]) => number)(...params);
  };

  it("numbers the starting points of a seek in its own way", () => {
    const guest = new Guest({ options: { fs: { "/": memoryFileSystem({ f: "0123456789" }) } } });
    const fd = Number(guest.open("f"));
    const seek = (offset: bigint, whence: number) => {
      expect(call(guest, "fd_seek", fd, offset, whence, 64)).toBe(0);
      return guest.view().getBigUint64(64, true);
    };
    const [CURRENT, END, SET] = [0, 1, 2];
    expect(seek(4n, SET)).toBe(4n);
    expect(seek(1n, CURRENT)).toBe(5n);
    expect(seek(-1n, END)).toBe(9n);
    expect(call(guest, "fd_seek", fd, 0n, 3, 64)).toBe(28);
  });

  it("lays out file statistics in 56 bytes", () => {
    const guest = new Guest({ options: { fs: { "/": memoryFileSystem({ f: "text" }) } } });
    new Uint8Array(guest.memory.buffer).fill(0xaa, 64, 128);
    expect(call(guest, "path_filestat_get", ROOT, 0, ...guest.put("f"), 64)).toBe(0);
    expect(guest.view().getUint8(64 + 16)).toBe(4);
    expect(guest.view().getUint32(64 + 20, true)).toBe(1);
    expect(guest.view().getBigUint64(64 + 24, true)).toBe(4n);
    expect(guest.take(64 + 56, 8)).toEqual(new Uint8Array(8).fill(0xaa));
  });

  it("reads subscriptions of 56 bytes", () => {
    const guest = new Guest({ options: { deterministic: { now: 0, seed: 0 } } });
    const [subscription, event, result] = [guest.allocate(56), guest.allocate(32), guest.allocate(4)];
    guest.view().setBigUint64(subscription, 7n, true);
    guest.view().setUint32(subscription + 24, 1, true);
    guest.view().setBigUint64(subscription + 32, 5_000n, true);
    expect(call(guest, "poll_oneoff", subscription, event, 1, result)).toBe(0);
    expect(guest.view().getBigUint64(event, true)).toBe(7n);
    guest.call("clock_time_get", 1, 0n, 64);
    expect(guest.view().getBigUint64(64, true)).toBe(5_000n);
  });
});
