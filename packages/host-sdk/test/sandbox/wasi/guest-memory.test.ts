import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../../src/sandbox/fs/index.ts";
import type { Imports } from "../../../src/sandbox/wasi/index.ts";
import { Guest, READ_WRITE } from "./guest.ts";

const PAGE = 65_536;

const call = (imports: Imports, name: string, ...params: unknown[]) =>
  (imports[name] as (...params: unknown[]) => number)(...params);

describe("a guest's memory", () => {
  it("is used to its last byte and not beyond, nor around its end", () => {
    const guest = new Guest({}, new WebAssembly.Memory({ initial: 1 }));
    expect(guest.call("clock_time_get", 0, 0n, PAGE - 8)).toBe("SUCCESS");
    expect(guest.call("clock_time_get", 0, 0n, PAGE - 7)).toBe("FAULT");
    expect(guest.call("clock_time_get", 0, 0n, PAGE)).toBe("FAULT");
    expect(guest.call("clock_time_get", 0, 0n, -4)).toBe("FAULT");
    expect(guest.call("random_get", PAGE - 1, 1)).toBe("SUCCESS");
    expect(guest.call("random_get", PAGE, 0)).toBe("SUCCESS");
    expect(guest.call("random_get", PAGE + 1, 0)).toBe("FAULT");
    expect(guest.call("random_get", 8, -8)).toBe("FAULT");
  });

  it("is used above 2 GiB, where WebAssembly's numbers turn negative", () => {
    const pages = 2 ** 15 + 1;
    const guest = new Guest({}, new WebAssembly.Memory({ initial: pages }));
    expect(guest.call("clock_time_get", 0, 0n, (2 ** 31 + 8) | 0)).toBe("SUCCESS");
    expect(guest.view().getBigUint64(2 ** 31 + 8, true)).toBeGreaterThan(0n);
    expect(guest.call("clock_time_get", 0, 0n, (2 ** 31 + PAGE) | 0)).toBe("FAULT");
  });

  it("is looked up again after it has grown", () => {
    const guest = new Guest({}, new WebAssembly.Memory({ initial: 1 }));
    expect(guest.call("clock_time_get", 0, 0n, PAGE)).toBe("FAULT");
    expect(guest.call("clock_time_get", 0, 0n, 0)).toBe("SUCCESS");
    guest.memory.grow(1);
    expect(guest.call("clock_time_get", 0, 0n, 8)).toBe("SUCCESS");
    expect(guest.view().getBigUint64(8, true)).toBeGreaterThan(0n);
    expect(guest.call("clock_time_get", 0, 0n, PAGE)).toBe("SUCCESS");
    expect(guest.view().getBigUint64(PAGE, true)).toBeGreaterThan(0n);
  });

  it("may be shared, also after it has grown", () => {
    const options = {
      stdin: "from the host",
      fs: { "/": memoryFileSystem({ f: "shared" }) },
      stdout: (chunk: Uint8Array) => chunks.push(chunk),
    };
    const chunks: Uint8Array[] = [];
    const guest = new Guest({ options }, new WebAssembly.Memory({ initial: 4, maximum: 8, shared: true }));
    const copy = (pointer: number, length: number) =>
      new TextDecoder().decode(new Uint8Array(guest.memory.buffer).slice(pointer, pointer + length));
    expect(guest.call("random_get", 0, 200_000)).toBe("SUCCESS");
    const fd = Number(guest.open("f", { rights: READ_WRITE }));
    expect(guest.write(fd, "S")).toBe(1);
    expect(guest.seek(fd, 0n, 0)).toBe(0n);
    guest.memory.grow(2);
    const iovec = guest.allocate(8);
    guest.view().setUint32(iovec, 5 * PAGE, true);
    guest.view().setUint32(iovec + 4, 100, true);
    expect(guest.call("fd_read", fd, iovec, 1, 64)).toBe("SUCCESS");
    expect(copy(5 * PAGE, 6)).toBe("Shared");
    expect(guest.call("fd_read", 0, iovec, 1, 64)).toBe("SUCCESS");
    expect(copy(5 * PAGE, 13)).toBe("from the host");
    expect(guest.write(1, "out")).toBe(3);
    expect(new TextDecoder().decode(chunks[0])).toBe("out");
  });

  it("need not exist: then every pointer is bad, and what needs none works", () => {
    const guest = new Guest({});
    const { wasi_snapshot_preview1: imports } = guest.wasi.bind(() => undefined);
    const [FAULT, SUCCESS] = [21, 0];
    expect(call(imports, "clock_time_get", 0, 0n, 0)).toBe(FAULT);
    expect(call(imports, "random_get", 0, 0)).toBe(FAULT);
    expect(call(imports, "sched_yield")).toBe(SUCCESS);
    expect(call(imports, "fd_close", 0)).toBe(SUCCESS);
  });

  it("is each module's own where several are linked, with the same descriptors", () => {
    const chunks: string[] = [];
    const guest = new Guest({ options: { stdout: (chunk) => chunks.push(new TextDecoder().decode(chunk)) } });
    const other = new WebAssembly.Memory({ initial: 1 });
    const { wasi_snapshot_preview1: imports } = guest.wasi.bind(() => other);
    new Uint8Array(other.buffer).set(new TextEncoder().encode("other"), 100);
    new Uint32Array(other.buffer).set([100, 5], 0);
    expect(call(imports, "fd_write", 1, 0, 1, 64)).toBe(0);
    expect(guest.write(1, "first")).toBe(5);
    expect(chunks).toEqual(["other", "first"]);
    expect(call(imports, "fd_close", 1)).toBe(0);
    expect(guest.write(1, "first")).toBe("BADF");
  });

  it("can name at most 1,024 buffers at a time", () => {
    const guest = new Guest({});
    expect(guest.call("fd_write", 1, 1024, 1025, 0)).toBe("INVAL");
    expect(guest.call("fd_write", 1, 1024, 2 ** 29, 0)).toBe("INVAL");
    expect(guest.call("fd_write", 1, 1024, 1024, 0)).toBe("SUCCESS");
  });

  it("gives a short write for more than 64 MiB, as overlapping buffers can name", () => {
    const lengths: number[] = [];
    const guest = new Guest(
      { options: { stdout: (chunk) => lengths.push(chunk.length) } },
      new WebAssembly.Memory({ initial: 512 }),
    );
    const iovecs = guest.allocate(32);
    for (let index = 0; index < 4; index++) guest.view().setUint32(iovecs + index * 8 + 4, 512 * PAGE, true);
    expect(guest.call("fd_write", 1, iovecs, 4, 64)).toBe("SUCCESS");
    expect(guest.view().getUint32(64, true)).toBe(64 * 1024 * 1024);
    expect(lengths).toEqual([64 * 1024 * 1024]);
  });
});
