import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../../src/sandbox/fs/index.ts";
import { describeBackends, guestWith } from "./backends.ts";
import { Guest, READ_WRITE, ROOT } from "./guest.ts";

const MAX_U64 = 2n ** 64n - 1n;

describeBackends("a guest that tries to exhaust the host", (backend) => {
  it("cannot open more descriptors than it may have, and can open again after closing one", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    const fds: (number | string)[] = [];
    while (typeof fds.at(-1) !== "string") fds.push(guest.open("f"));
    expect(fds.pop()).toBe("MFILE");
    expect(fds.length).toBeLessThanOrEqual(512);
    expect(guest.open("made", { create: true, rights: READ_WRITE })).toBe("MFILE");
    expect(guest.stat("made")).toBe("NOENT");
    expect(guest.close(fds[7] as number)).toBe("SUCCESS");
    expect(guest.open("f")).toBe(fds[7]);
    expect(guest.read(fds[0] as number)).toBe("text");
  });

  it("cannot make a sparse file of 2^40 bytes, by any of the ways there are", () => {
    const guest = guestWith(backend.create());
    const fd = Number(guest.open("f", { create: true, rights: READ_WRITE }));
    expect(guest.call("fd_filestat_set_size", fd, 2n ** 40n)).toBe("FBIG");
    expect(guest.call("fd_allocate", fd, 2n ** 40n, 1n)).toBe("FBIG");
    expect(guest.call("fd_allocate", fd, 0n, 2n ** 40n)).toBe("FBIG");
    expect(guest.pwrite(fd, "x", 2n ** 40n)).toBe("FBIG");
    expect(guest.seek(fd, 2n ** 40n, 0)).toBe(2n ** 40n);
    expect(guest.write(fd, "x")).toBe("FBIG");
    expect(guest.fstat(fd)).toMatchObject({ size: 0n });
    expect(guest.call("fd_filestat_set_size", fd, 2n ** 20n)).toBe("SUCCESS");
  });

  it("gets an error for offsets, sizes and cookies that overflow", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    const fd = Number(guest.open("f", { rights: READ_WRITE }));
    for (const offset of [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, MAX_U64]) {
      expect(guest.pread(fd, 4, offset)).toBe("INVAL");
      expect(guest.pwrite(fd, "x", offset)).toBe("INVAL");
      expect(guest.call("fd_filestat_set_size", fd, offset)).toBe("INVAL");
      expect(guest.call("fd_allocate", fd, offset, 1n)).toBe("INVAL");
      expect(guest.call("fd_allocate", fd, 1n, offset)).toBe("INVAL");
    }
    expect(guest.seek(fd, 2n ** 63n - 1n, 0)).toBe("INVAL");
    expect(guest.seek(fd, -(2n ** 63n), 2)).toBe("INVAL");
    const [buffer, result] = [guest.allocate(256), guest.allocate(4)];
    for (const cookie of [5n, 2n ** 53n, MAX_U64]) {
      expect(guest.call("fd_readdir", ROOT, buffer, 256, cookie, result)).toBe("SUCCESS");
      expect(guest.view().getUint32(result, true)).toBe(0);
    }
    expect(guest.names()).toEqual(["f"]);
    expect(guest.pread(fd, 4, 2n ** 40n)).toBe("");
    expect(guest.read(fd)).toBe("text");
  });

  it("writes nothing if it cannot be told how much was written", () => {
    const guest = guestWith(backend.create());
    const fd = Number(guest.open("f", { create: true, rights: READ_WRITE }));
    const [pointer, length] = guest.put("text");
    const iovec = guest.allocate(8);
    guest.view().setUint32(iovec, pointer, true);
    guest.view().setUint32(iovec + 4, length, true);
    expect(guest.call("fd_write", fd, iovec, 1, 0xffff_fffe)).toBe("FAULT");
    expect(guest.fstat(fd)).toMatchObject({ size: 0n });
    expect(guest.call("fd_write", fd, iovec, 1, guest.allocate(4))).toBe("SUCCESS");
    expect(guest.fstat(fd)).toMatchObject({ size: 4n });
  });
});

describe("a memory file system's quota", () => {
  const guestOn = (maxBytes: number, maxEntries = 100) =>
    new Guest({ options: { fs: { "/": memoryFileSystem({}, { maxBytes, maxEntries }) } } });

  it("ends a write that goes over it, and leaves what was there", () => {
    const guest = guestOn(1000);
    expect(guest.writePath("a", "x".repeat(900))).toBe("SUCCESS");
    expect(guest.writePath("b", "y".repeat(200))).toBe("NOSPC");
    expect(guest.readPath("a")).toBe("x".repeat(900));
    expect(guest.unlink("a")).toBe("SUCCESS");
    expect(guest.writePath("b", "y".repeat(200))).toBe("SUCCESS");
  });

  it("counts a removed file until its last descriptor is closed", () => {
    const guest = guestOn(1000);
    const fd = guest.open("a", { create: true, rights: READ_WRITE });
    expect(guest.write(fd, "x".repeat(900))).toBe(900);
    expect(guest.unlink("a")).toBe("SUCCESS");
    expect(guest.writePath("b", "y".repeat(200))).toBe("NOSPC");
    expect(guest.close(fd)).toBe("SUCCESS");
    expect(guest.writePath("b", "y".repeat(200))).toBe("SUCCESS");
  });

  it("counts a file that was renamed over once, and gives it back", () => {
    const guest = guestOn(1000);
    for (let round = 0; round < 20; round++) {
      expect(guest.writePath("new", "x".repeat(400))).toBe("SUCCESS");
      expect(guest.rename("new", "old")).toBe("SUCCESS");
    }
    expect(guest.names()).toEqual(["old"]);
  });

  it("limits files, directories and links together, and their names", () => {
    const guest = guestOn(1000, 3);
    expect(guest.mkdir("d")).toBe("SUCCESS");
    expect(guest.symlink("d", "l")).toBe("SUCCESS");
    expect(guest.writePath("f", "")).toBe("SUCCESS");
    expect(guest.mkdir("one-too-many")).toBe("NOSPC");
    expect(guest.symlink("d", "one-too-many")).toBe("NOSPC");
    expect(guest.link("f", "one-too-many")).toBe("NOSPC");
    expect(guest.unlink("l")).toBe("SUCCESS");
    expect(guest.mkdir("fits")).toBe("SUCCESS");
    const long = guestOn(999);
    for (const letter of "abc") expect(long.mkdir(letter.repeat(250))).toBe("SUCCESS");
    expect(long.mkdir("d".repeat(250))).toBe("NOSPC");
  });
});
