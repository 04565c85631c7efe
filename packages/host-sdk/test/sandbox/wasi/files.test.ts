import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { ALL_RIGHTS, READ, READ_WRITE, ROOT } from "./guest.ts";

const APPEND = 1;
const [DIRECTORY, REGULAR, LINK] = [3, 4, 7];

describeBackends("files", (backend) => {
  it("creates, writes, reads back and shows the host what was written", () => {
    const tree = backend.create();
    const guest = guestWith(tree);
    expect(guest.writePath("f", "hello")).toBe("SUCCESS");
    expect(guest.readPath("f")).toBe("hello");
    expect(tree.read("f")).toBe("hello");
  });

  it("keeps a position per descriptor, which pread and pwrite leave alone", () => {
    const guest = guestWith(backend.create({ f: "0123456789" }));
    const fd = guest.open("f", { rights: READ_WRITE });
    const other = guest.open("f");
    expect(guest.read(fd, 3)).toBe("012");
    expect(guest.pread(fd, 2, 7n)).toBe("78");
    expect(guest.pwrite(fd, "X", 4n)).toBe(1);
    expect(guest.read(fd, 3)).toBe("3X5");
    expect(guest.read(other, 2)).toBe("01");
  });

  it("seeks from the start, the position and the end, and not before the start", () => {
    const guest = guestWith(backend.create({ f: "0123456789" }));
    const fd = guest.open("f");
    expect(guest.seek(fd, 4n, 0)).toBe(4n);
    expect(guest.seek(fd, 2n, 1)).toBe(6n);
    expect(guest.seek(fd, -1n, 2)).toBe(9n);
    expect(guest.seek(fd, -10n, 1)).toBe("INVAL");
    expect(guest.seek(fd, 0n, 3)).toBe("INVAL");
    expect(guest.read(fd)).toBe("9");
  });

  it("appends wherever the position is, until the flag is taken away", () => {
    const guest = guestWith(backend.create({ f: "ab" }));
    const fd = guest.open("f", { rights: ALL_RIGHTS, flags: APPEND });
    expect(guest.write(fd, "cd")).toBe(2);
    expect(guest.seek(fd, 0n, 0)).toBe(0n);
    expect(guest.write(fd, "ef")).toBe(2);
    expect(guest.call("fd_fdstat_set_flags", Number(fd), 0)).toBe("SUCCESS");
    expect(guest.seek(fd, 0n, 0)).toBe(0n);
    expect(guest.write(fd, "X")).toBe(1);
    expect(guest.readPath("f")).toBe("Xbcdef");
  });

  it("fills the gap before a late write with zeros", () => {
    const guest = guestWith(backend.create());
    const fd = guest.open("f", { create: true, rights: READ_WRITE });
    expect(guest.pwrite(fd, "end", 5n)).toBe(3);
    expect(guest.readPath("f")).toBe("\0\0\0\0\0end");
  });

  it("shrinks and grows a file, and a grown part is zero even where old bytes were", () => {
    const guest = guestWith(backend.create({ f: "s".repeat(300) }));
    const fd = Number(guest.open("f", { rights: READ_WRITE }));
    for (const kept of [200, 2]) {
      expect(guest.call("fd_filestat_set_size", fd, BigInt(kept))).toBe("SUCCESS");
      expect(guest.call("fd_filestat_set_size", fd, 300n)).toBe("SUCCESS");
      expect(guest.readPath("f")).toBe("s".repeat(kept) + "\0".repeat(300 - kept));
    }
  });

  it("allocates only beyond the end", () => {
    const guest = guestWith(backend.create());
    const fd = Number(guest.open("f", { create: true, rights: READ_WRITE }));
    for (const [offset, length, size] of [
      [0n, 100n, 100n],
      [10n, 10n, 100n],
      [90n, 20n, 110n],
    ] as const) {
      expect(guest.call("fd_allocate", fd, offset, length)).toBe("SUCCESS");
      expect(guest.fstat(fd)).toMatchObject({ size });
    }
  });

  it("truncates on open, and refuses to create over what exists when asked to", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    expect(guest.open("f", { create: true, exclusive: true })).toBe("EXIST");
    const fd = guest.open("f", { truncate: true, rights: 0n });
    expect(guest.close(fd)).toBe("SUCCESS");
    expect(guest.readPath("f")).toBe("");
  });

  it("tells what is missing from what is no directory", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    expect(guest.open("missing")).toBe("NOENT");
    expect(guest.open("missing/deeper")).toBe("NOENT");
    expect(guest.open("f/below")).toBe("NOTDIR");
    expect(guest.open("f/")).toBe("NOTDIR");
    expect(guest.open("f", { directory: true })).toBe("NOTDIR");
    expect(guest.open("", {})).toBe("NOENT");
    const file = Number(guest.open("f"));
    expect(guest.open("x", { fd: file })).toBe("NOTDIR");
  });

  it("opens a directory by any spelling of its path, and not for writing", () => {
    const guest = guestWith(backend.create({ "d/e/f": "text" }));
    for (const path of ["d/e", "d/e/", "d/e///", "d/./e", "d//e/.", "d/e/../e", "d/e/.."]) {
      expect(guest.open(path)).toBeTypeOf("number");
    }
    expect(guest.open(".", { directory: true, rights: READ })).toBeTypeOf("number");
    expect(guest.open(".", { directory: true, rights: READ_WRITE })).toBe("ISDIR");
    expect(guest.open("d", { rights: READ_WRITE })).toBe("ISDIR");
  });

  it("works below a directory that was opened, which keeps its own bounds", () => {
    const guest = guestWith(backend.create({ "d/e/f": "text", g: "above" }));
    const fd = Number(guest.open("d", { directory: true, rights: (ALL_RIGHTS & ~READ_WRITE) | READ }));
    expect(guest.readPath("e/f", { fd })).toBe("text");
    expect(guest.readPath("e/../e/f", { fd })).toBe("text");
    expect(guest.readPath("../g", { fd })).toBe("NOTCAPABLE");
  });

  it("makes and removes directories as POSIX says", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    expect(guest.mkdir("d")).toBe("SUCCESS");
    expect(guest.mkdir("d")).toBe("EXIST");
    expect(guest.mkdir(".")).toBe("EXIST");
    expect(guest.mkdir("d/e/")).toBe("SUCCESS");
    expect(guest.rmdir("d")).toBe("NOTEMPTY");
    expect(guest.rmdir("f")).toBe("NOTDIR");
    expect(guest.rmdir("f/")).toBe("NOTDIR");
    expect(guest.rmdir(".")).toBe("INVAL");
    expect(guest.rmdir("d/e/")).toBe("SUCCESS");
    expect(guest.rmdir("d")).toBe("SUCCESS");
    expect(guest.names()).toEqual(["f"]);
  });

  it("removes files, not directories", () => {
    const guest = guestWith(backend.create({ f: "text", "d/g": "" }));
    expect(guest.unlink("d")).toBe("ISDIR");
    expect(guest.unlink("d/")).toBe("ISDIR");
    expect(guest.unlink("f/")).toBe("NOTDIR");
    expect(guest.unlink("f")).toBe("SUCCESS");
    expect(guest.unlink("f")).toBe("NOENT");
  });

  it("keeps a removed file for who has it open", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    const fd = guest.open("f");
    expect(guest.unlink("f")).toBe("SUCCESS");
    expect(guest.read(fd)).toBe("text");
    expect(guest.fstat(fd)).toMatchObject({ links: 0n });
  });

  it("renames over files and empty directories, as rename(2) does", () => {
    const guest = guestWith(backend.create({ f: "f", g: "g", "full/x": "", "d/x": "" }));
    expect(guest.rename("f", "g")).toBe("SUCCESS");
    expect(guest.readPath("g")).toBe("f");
    expect(guest.readPath("f")).toBe("NOENT");
    expect(guest.rename("g", "full")).toBe("ISDIR");
    expect(guest.rename("d", "full")).toBe("NOTEMPTY");
    expect(guest.rename("d", "g")).toBe("NOTDIR");
    expect(guest.mkdir("empty")).toBe("SUCCESS");
    expect(guest.rename("d/", "empty/")).toBe("SUCCESS");
    expect(guest.readPath("empty/x")).toBe("");
    expect(guest.rename("empty", "empty/below")).toBe("INVAL");
    expect(guest.rename("g", "new/")).toBe("NOTDIR");
    expect(guest.rename(".", "new")).toBe("BUSY");
    expect(guest.rename("g", "g")).toBe("SUCCESS");
    expect(guest.names()).toEqual(["empty", "full", "g"]);
  });

  it("links a file under a second name, and never a directory", () => {
    const guest = guestWith(backend.create({ f: "text", "d/x": "" }));
    expect(guest.link("f", "d/g")).toBe("SUCCESS");
    const [first, second] = [guest.stat("f"), guest.stat("d/g")];
    expect(first).toEqual(second);
    expect(first).toMatchObject({ links: 2n, size: 4n });
    expect(guest.link("f", "d/g")).toBe("EXIST");
    expect(guest.link("f", "f")).toBe("EXIST");
    expect(guest.link("f", "d")).toBe("EXIST");
    expect(guest.link("f", "new/")).toBe("NOENT");
    expect(guest.link("d", "new")).toBe("PERM");
    expect(guest.link("f", "new", { follow: true })).toBe("INVAL");
  });

  it("makes links, follows them inside, and says what they are when not told to follow", () => {
    const guest = guestWith(backend.create({ "d/f": "text" }));
    expect(guest.symlink("d", "dl")).toBe("SUCCESS");
    expect(guest.symlink("dl/f", "fl")).toBe("SUCCESS");
    expect(guest.readPath("fl")).toBe("text");
    expect(guest.readPath("dl/f")).toBe("text");
    expect(guest.open("fl")).toBe("LOOP");
    expect(guest.open("dl", { directory: true })).toMatch(/LOOP|NOTDIR/);
    expect(guest.open("dl", { directory: true, follow: true })).toBeTypeOf("number");
    expect(guest.open("fl", { directory: true, follow: true })).toBe("NOTDIR");
    expect(guest.stat("fl")).toMatchObject({ type: LINK });
    expect(guest.stat("fl", { follow: true })).toMatchObject({ type: REGULAR, size: 4n });
    expect(guest.stat("dl/")).toMatchObject({ type: DIRECTORY });
    expect(guest.readlink("fl")).toBe("dl/f");
    expect(guest.readlink("fl", 3)).toBe("dl/");
    expect(guest.readlink("d")).toBe("INVAL");
  });

  it("refuses a link where a name is taken, or where a slash follows the name", () => {
    const guest = guestWith(backend.create({ f: "text", "d/x": "" }));
    expect(guest.symlink("d", "new/")).toBe("NOENT");
    expect(guest.symlink("d", "d")).toBe("EXIST");
    expect(guest.symlink("d", "d/")).toBe("EXIST");
    expect(guest.symlink("d", "f")).toBe("EXIST");
    expect(guest.symlink("d", "f/")).toBe("NOTDIR");
  });

  it("creates the file that a dangling link names, inside", () => {
    const tree = backend.create({ "d/x": "" });
    const guest = guestWith(tree);
    expect(guest.symlink("d/made", "l")).toBe("SUCCESS");
    expect(guest.writePath("l", "text")).toBe("SUCCESS");
    expect(tree.read("d/made")).toBe("text");
    expect(guest.open("l", { follow: true, create: true, exclusive: true })).toBe("EXIST");
  });

  it("lists a directory, page by page, with the numbers that stat tells", () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`file.${index}`, ""]));
    const guest = guestWith(backend.create(files));
    const entries = guest.readdir(ROOT);
    expect(entries.map(({ name }) => name).sort()).toEqual([".", "..", ...Object.keys(files)].sort());
    expect(entries[0]).toEqual({
      name: ".",
      type: DIRECTORY,
      inode: (guest.fstat(ROOT) as { inode: bigint }).inode,
    });
    const entry = entries.find(({ name }) => name === "file.7");
    expect(guest.stat("file.7")).toMatchObject({ inode: entry?.inode, type: entry?.type });
  });

  it("lists every entry that was there although the guest removes them as it goes", () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`file.${index}`, ""]));
    const guest = guestWith(backend.create(files));
    const buffer = guest.allocate(64);
    const result = guest.allocate(4);
    const seen: string[] = [];
    for (let cookie = 0n; ; ) {
      expect(guest.call("fd_readdir", ROOT, buffer, 64, cookie, result)).toBe("SUCCESS");
      if (guest.view().getUint32(result, true) === 0) break;
      cookie = guest.view().getBigUint64(buffer, true);
      const name = new TextDecoder().decode(
        guest.take(buffer + 24, guest.view().getUint32(buffer + 16, true)),
      );
      if (name.startsWith("file")) expect(guest.unlink(name)).toBe("SUCCESS");
      seen.push(name);
    }
    expect(seen.filter((name) => name.startsWith("file"))).toHaveLength(100);
    expect(guest.names()).toEqual([]);
  });

  it("sets times of a file, by path and by descriptor, and not twice in contradictory ways", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    const [ATIM_AND_NOW, MTIM, MTIM_AND_NOW] = [3, 4, 12];
    const second = 1_000_000_000n;
    const set = (flags: number, time: bigint) =>
      guest.call("path_filestat_set_times", ROOT, 0, ...guest.put("f"), 0n, time, flags);
    expect(set(MTIM, 5n * second)).toBe("SUCCESS");
    expect(guest.stat("f")).toMatchObject({ modified: 5n * second });
    expect(set(MTIM_AND_NOW, 6n * second)).toBe("INVAL");
    expect(set(ATIM_AND_NOW, 6n * second)).toBe("INVAL");
    expect(set(16, 6n * second)).toBe("INVAL");
    expect(guest.stat("f")).toMatchObject({ modified: 5n * second });
    const fd = Number(guest.open("f", { rights: READ_WRITE }));
    expect(guest.call("fd_filestat_set_times", fd, 0n, 7n * second, MTIM)).toBe("SUCCESS");
    expect(guest.fstat(fd)).toMatchObject({ modified: 7n * second });
  });

  it("sets the times of a link itself unless told to follow it", () => {
    const guest = guestWith(backend.create({ f: "text" }));
    expect(guest.symlink("f", "l")).toBe("SUCCESS");
    const before = guest.stat("f");
    const set = (lookup: number) =>
      guest.call("path_filestat_set_times", ROOT, lookup, ...guest.put("l"), 0n, 9_000_000_000n, 4);
    expect(set(0)).toBe("SUCCESS");
    expect(guest.stat("l")).toMatchObject({ modified: 9_000_000_000n });
    expect(guest.stat("f")).toEqual(before);
    expect(set(1)).toBe("SUCCESS");
    expect(guest.stat("f")).toMatchObject({ modified: 9_000_000_000n });
  });

  it("takes names that JavaScript knows something by for what they are", () => {
    const guest = guestWith(backend.create());
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(guest.readPath(name)).toBe("NOENT");
      expect(guest.writePath(name, name)).toBe("SUCCESS");
      expect(guest.readPath(name)).toBe(name);
    }
    expect(guest.names()).toEqual(["__proto__", "constructor", "hasOwnProperty", "toString"]);
  });
});
