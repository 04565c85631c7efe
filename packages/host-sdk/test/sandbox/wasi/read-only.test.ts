import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { ALL_RIGHTS, READ, READ_WRITE, ROOT } from "./guest.ts";

describeBackends("a read-only directory", (backend) => {
  const files = { f: "text", "d/g": "deep" };

  it("can be read, listed and walked", () => {
    const guest = guestWith(backend.create(files), { readOnly: true });
    expect(guest.readPath("f")).toBe("text");
    expect(guest.readPath("d/../d/g")).toBe("deep");
    expect(guest.names()).toEqual(["d", "f"]);
    expect(guest.stat("f")).toMatchObject({ size: 4n });
  });

  it("refuses every change by a path", () => {
    const tree = backend.create(files);
    const guest = guestWith(tree, { readOnly: true });
    const fd = Number(guest.open("d", { directory: true, rights: READ, inheriting: ALL_RIGHTS }));
    for (const at of [ROOT, fd]) {
      const name = at === fd ? "g" : "f";
      expect(guest.open(name, { fd: at, rights: READ_WRITE })).toBe("NOTCAPABLE");
      expect(guest.open(name, { fd: at, truncate: true })).toBe("NOTCAPABLE");
      expect(guest.open("new", { fd: at, create: true })).toBe("NOTCAPABLE");
      expect(guest.mkdir("new", at)).toBe("NOTCAPABLE");
      expect(guest.rmdir("d", at)).toBe("NOTCAPABLE");
      expect(guest.unlink(name, at)).toBe("NOTCAPABLE");
      expect(guest.symlink(name, "new", at)).toBe("NOTCAPABLE");
      expect(guest.link(name, "new", { fd: at, toFd: at })).toBe("NOTCAPABLE");
      expect(guest.rename(name, "new", { fd: at, toFd: at })).toBe("NOTCAPABLE");
      expect(guest.call("path_filestat_set_times", at, 0, ...guest.put(name), 0n, 0n, 4)).toBe("NOTCAPABLE");
      expect(guest.call("fd_filestat_set_times", at, 0n, 0n, 4)).toBe("NOTCAPABLE");
    }
    expect(tree.read("f")).toBe("text");
    expect(guest.names()).toEqual(["d", "f"]);
  });

  it("refuses every change through a descriptor, even one that was opened with all rights that it gives", () => {
    const tree = backend.create(files);
    const guest = guestWith(tree, { readOnly: true });
    const fd = Number(guest.open("f", { rights: ALL_RIGHTS & ~64n }));
    expect(guest.write(fd, "x")).toBe("NOTCAPABLE");
    expect(guest.pwrite(fd, "x", 0n)).toBe("NOTCAPABLE");
    expect(guest.call("fd_filestat_set_size", fd, 0n)).toBe("NOTCAPABLE");
    expect(guest.call("fd_allocate", fd, 0n, 100n)).toBe("NOTCAPABLE");
    expect(guest.call("fd_filestat_set_times", fd, 0n, 0n, 4)).toBe("NOTCAPABLE");
    expect(guest.call("fd_fdstat_set_rights", fd, ALL_RIGHTS, ALL_RIGHTS)).toBe("NOTCAPABLE");
    expect(guest.read(fd)).toBe("text");
    expect(tree.read("f")).toBe("text");
  });

  it("stays read-only although the same directory is also mounted writable, and gives nothing away by links", () => {
    const tree = backend.create(files);
    const guest = guestWith(tree, {
      readOnly: true,
      preopens: [{ guestPath: "/rw", fileSystem: tree.fileSystem, readOnly: false }],
    });
    const WRITABLE = ROOT + 1;
    expect(guest.link("f", "linked", { toFd: WRITABLE })).toBe("NOTCAPABLE");
    expect(guest.rename("f", "moved", { toFd: WRITABLE })).toBe("NOTCAPABLE");
    expect(guest.rename("f", "moved", { fd: WRITABLE })).toBe("NOTCAPABLE");
    expect(guest.writePath("f", "changed")).toBe("NOTCAPABLE");
    expect(guest.writePath("f", "changed", { fd: WRITABLE })).toBe("SUCCESS");
    expect(guest.readPath("f")).toBe("changed");
  });
});
