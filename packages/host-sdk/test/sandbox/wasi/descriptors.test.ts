import { fstatSync } from "node:fs";
import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { ALL_RIGHTS, READ, READ_WRITE, ROOT } from "./guest.ts";

const SEEK = 4n;

/** The process' own descriptors, by what they are. */
function processStreams(): string[] {
  return [0, 1, 2].map((fd) => String(fstatSync(fd, { bigint: true }).ino));
}

describeBackends("descriptors", (backend) => {
  const files = { f: "first", g: "second" };

  it("are the guest's own: closing or replacing 0 to 2 leaves the process' streams as they are", () => {
    const tree = backend.create(files);
    const chunks: Uint8Array[] = [];
    const guest = guestWith(tree, { options: { stdout: (chunk) => chunks.push(chunk) } });
    const before = processStreams();
    const file = guest.open("f", { rights: READ_WRITE });
    expect(guest.call("fd_renumber", Number(file), 2)).toBe("SUCCESS");
    expect(guest.read(2)).toBe("first");
    for (const fd of [0, 1, 2]) expect(guest.close(fd)).toBe("SUCCESS");
    expect(guest.write(1, "x")).toBe("BADF");
    expect(guest.call("fd_renumber", ROOT, 1)).toBe("BADF");
    expect(guest.open("g")).toBeGreaterThan(2);
    expect(processStreams()).toEqual(before);
    expect(chunks).toEqual([]);
  });

  it("are renumbered onto open ones only, and leave no second name behind", () => {
    const guest = guestWith(backend.create(files));
    const [from, to] = [Number(guest.open("f")), Number(guest.open("g"))];
    expect(guest.call("fd_renumber", from, from)).toBe("SUCCESS");
    expect(guest.call("fd_renumber", from, to)).toBe("SUCCESS");
    expect(guest.close(from)).toBe("BADF");
    expect(guest.read(to)).toBe("first");
    expect(guest.call("fd_renumber", to, from)).toBe("BADF");
    expect(guest.call("fd_renumber", 0xffff_ffff, to)).toBe("BADF");
  });

  it("outlive the preopen that they were opened through", () => {
    const guest = guestWith(backend.create({ "d/f": "deep" }));
    const directory = Number(guest.open("d", { rights: (ALL_RIGHTS & ~READ_WRITE) | READ }));
    expect(guest.close(ROOT)).toBe("SUCCESS");
    expect(guest.open("d")).toBe("BADF");
    expect(guest.readPath("f", { fd: directory })).toBe("deep");
    expect(guest.call("fd_renumber", directory, ROOT)).toBe("BADF");
  });

  it("can be put in the place of a preopen", () => {
    const guest = guestWith(backend.create({ "d/f": "deep" }));
    const directory = Number(guest.open("d", { rights: (ALL_RIGHTS & ~READ_WRITE) | READ }));
    expect(guest.call("fd_renumber", directory, ROOT)).toBe("SUCCESS");
    expect(guest.readPath("f")).toBe("deep");
    expect(guest.readPath("../f")).toBe("NOTCAPABLE");
  });

  it("take no operation that their kind does not have", () => {
    const guest = guestWith(backend.create(files));
    const directory = Number(guest.open(".", { directory: true, rights: ALL_RIGHTS & ~64n }));
    expect(guest.read(directory)).toMatch(/ISDIR|BADF|NOTCAPABLE/);
    expect(guest.write(directory, "x")).toMatch(/ISDIR|BADF|NOTCAPABLE/);
    expect(guest.pread(directory, 1, 0n)).toBe("ISDIR");
    expect(guest.pwrite(directory, "x", 0n)).toBe("ISDIR");
    expect(guest.seek(directory, 0n, 1)).toBe("ISDIR");
    expect(guest.call("fd_tell", directory, 64)).toBe("ISDIR");
    expect(guest.call("fd_allocate", directory, 0n, 1n)).toBe("ISDIR");
    expect(guest.call("fd_filestat_set_size", directory, 0n)).toBe("ISDIR");
    const file = Number(guest.open("f"));
    expect(guest.call("fd_readdir", file, 64, 64, 0n, 32)).toBe("NOTDIR");
    expect(guest.mkdir("d", file)).toBe("NOTDIR");
  });

  it("lose rights for good", () => {
    const guest = guestWith(backend.create(files));
    const fd = Number(guest.open("f", { rights: READ_WRITE }));
    expect(guest.read(fd, 2)).toBe("fi");
    expect(guest.call("fd_fdstat_set_rights", fd, SEEK, 0n)).toBe("SUCCESS");
    expect(guest.fdstat(fd)).toMatchObject({ rights: SEEK, inheriting: 0n });
    expect(guest.read(fd)).toBe("NOTCAPABLE");
    expect(guest.write(fd, "x")).toBe("NOTCAPABLE");
    expect(guest.seek(fd, 0n, 0)).toBe(0n);
    expect(guest.call("fd_fdstat_set_rights", fd, READ_WRITE, 0n)).toBe("NOTCAPABLE");
    expect(guest.call("fd_fdstat_set_rights", fd, SEEK, 1n)).toBe("NOTCAPABLE");
  });

  it("hand on no right that a directory has given up", () => {
    const guest = guestWith(backend.create(files));
    const stat = guest.fdstat(ROOT) as { rights: bigint; inheriting: bigint };
    const TRUNCATE = 1n << 19n;
    const WRITE = 64n;
    expect(guest.close(guest.open("f", { truncate: true, rights: 0n }))).toBe("SUCCESS");
    expect(guest.call("fd_fdstat_set_rights", ROOT, stat.rights & ~TRUNCATE, stat.inheriting & ~WRITE)).toBe(
      "SUCCESS",
    );
    expect(guest.open("f", { truncate: true, rights: 0n })).toBe("NOTCAPABLE");
    expect(guest.open("f", { rights: READ_WRITE })).toBe("NOTCAPABLE");
    expect(guest.readPath("g")).toBe("second");
  });

  it("opened for one thing do not do the other", () => {
    const guest = guestWith(backend.create(files));
    const [READ_ONLY, WRITE_ONLY] = [2n, 64n];
    expect(guest.write(guest.open("f", { rights: READ_ONLY }), "x")).toBe("NOTCAPABLE");
    const fd = guest.open("f", { rights: WRITE_ONLY });
    expect(guest.read(fd)).toBe("NOTCAPABLE");
    expect(guest.write(fd, "F")).toBe(1);
    expect(guest.readPath("f")).toBe("First");
  });

  it("are separate in two instances over the same files", () => {
    const tree = backend.create(files);
    const [one, two] = [guestWith(tree), guestWith(tree)];
    const fd = one.open("f");
    expect(two.read(fd)).toBe("BADF");
    expect(two.close(fd)).toBe("BADF");
    expect(two.unlink("g")).toBe("SUCCESS");
    expect(one.readPath("g")).toBe("NOENT");
    expect(one.read(fd)).toBe("first");
  });

  it("tell nothing of the numbers that the host, or another instance, knows a file by", () => {
    const tree = backend.create(files);
    const inode = (name: string, guest = guestWith(tree)) => (guest.stat(name) as { inode: bigint }).inode;
    expect(inode("f")).not.toBe(inode("f"));
    const guest = guestWith(tree);
    expect(inode("f", guest)).toBe(inode("f", guest));
    expect(inode("f", guest)).not.toBe(inode("g", guest));
  });

  it("are all closed with the instance, which can be closed twice", () => {
    const guest = guestWith(backend.create(files));
    const fd = guest.open("f");
    guest.wasi.close();
    guest.wasi.close();
    expect(guest.read(fd)).toBe("BADF");
    expect(guest.open("f")).toBe("BADF");
  });
});
