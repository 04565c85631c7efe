import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { ALL_RIGHTS, READ, READ_WRITE, ROOT } from "./guest.ts";

/** Each attack, and beside it what looks alike and must still work. */
describeBackends("a guest that tries to get out", (backend) => {
  const files = { "hello.txt": "hello", "d/e/inner.txt": "inner" };

  it("cannot name anything by an absolute path; a relative one works", () => {
    const guest = guestWith(backend.create(files));
    for (const path of ["/hello.txt", "//hello.txt", "/", "/etc/passwd", "/proc/self/root/etc/passwd"]) {
      expect(guest.readPath(path)).toBe("NOTCAPABLE");
      expect(guest.mkdir(path)).toBe("NOTCAPABLE");
    }
    expect(guest.readPath("hello.txt")).toBe("hello");
  });

  it("cannot climb above the root; climbing below it works", () => {
    const guest = guestWith(backend.create(files));
    const paths = [
      "..",
      "../outside/secret.txt",
      "d/../../outside/secret.txt",
      "d/e/../../../inside/hello.txt",
      "./..",
    ];
    for (const path of paths) {
      expect(guest.readPath(path)).toBe("NOTCAPABLE");
      expect(guest.stat(path)).toBe("NOTCAPABLE");
      expect(guest.writePath(path, "x")).toBe("NOTCAPABLE");
      expect(guest.rename("hello.txt", path)).toBe("NOTCAPABLE");
      expect(guest.rename(path, "x")).toBe("NOTCAPABLE");
      expect(guest.link("hello.txt", path)).toBe("NOTCAPABLE");
      expect(guest.link(path, "x")).toBe("NOTCAPABLE");
      expect(guest.unlink(path)).toBe("NOTCAPABLE");
      expect(guest.rmdir(path)).toBe("NOTCAPABLE");
      expect(guest.symlink("hello.txt", path)).toBe("NOTCAPABLE");
      expect(guest.readlink(path)).toBe("NOTCAPABLE");
    }
    expect(guest.readPath("d/e/../../hello.txt")).toBe("hello");
  });

  it("gains nothing from `..` after a link that it made itself (symlink . s1; symlink s1/.. esc)", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink(".", "s1")).toBe("SUCCESS");
    expect(guest.symlink("s1/..", "esc")).toBe("SUCCESS");
    expect(guest.readPath("esc/outside/secret.txt")).toBe("NOTCAPABLE");
    expect(guest.readPath("s1/../outside/secret.txt")).toBe("NOTCAPABLE");
    expect(guest.mkdir("esc/made")).toBe("NOTCAPABLE");
    expect(guest.readPath("s1/s1/s1/hello.txt")).toBe("hello");
  });

  it("goes back with `..` to where the link lies in, not to where it points", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink("d/e", "deep")).toBe("SUCCESS");
    expect(guest.readPath("deep/../hello.txt")).toBe("NOENT");
    expect(guest.readPath("deep/../e/inner.txt")).toBe("inner");
    expect(guest.readPath("deep/../../hello.txt")).toBe("hello");
    expect(guest.readPath("deep/../../../hello.txt")).toBe("NOTCAPABLE");
  });

  it("cannot make a link that is absolute or leads outside; one that stays inside works", () => {
    const guest = guestWith(backend.create(files));
    for (const target of ["/", "/etc", "..", "../outside", "d/../../outside", "./../x"]) {
      expect(guest.symlink(target, "l")).toBe("NOTCAPABLE");
    }
    expect(guest.symlink("../../..", "d/e/l")).toBe("NOTCAPABLE");
    expect(guest.symlink("../../hello.txt", "d/e/l")).toBe("SUCCESS");
    expect(guest.readPath("d/e/l")).toBe("hello");
  });

  it("cannot follow a link that was there before and leads outside, first, last or in the middle of a path", () => {
    const tree = backend.create(files);
    tree.plantLink("..", "up");
    tree.plantLink("../outside", "out");
    tree.plantLink("../outside/secret.txt", "secret");
    tree.plantLink("/", "abs");
    tree.plantLink("up/outside", "twice");
    tree.plantLink("d/e", "in");
    const guest = guestWith(tree);
    for (const path of [
      "up/outside/secret.txt",
      "out/secret.txt",
      "secret",
      "abs/etc/passwd",
      "twice/secret.txt",
      "d/../out/secret.txt",
    ]) {
      expect(guest.readPath(path)).toBe("NOTCAPABLE");
      expect(guest.stat(path, { follow: true })).toBe("NOTCAPABLE");
      expect(guest.writePath(path, "overwritten")).toBe("NOTCAPABLE");
    }
    for (const path of ["up", "out", "abs"]) {
      expect(guest.open(path, { follow: true, directory: true })).toBe("NOTCAPABLE");
      expect(guest.open(`${path}/`)).toBe("NOTCAPABLE");
      expect(guest.mkdir(`${path}/made`)).toBe("NOTCAPABLE");
      expect(guest.rename("hello.txt", `${path}/moved`)).toBe("NOTCAPABLE");
      expect(guest.link("hello.txt", `${path}/linked`)).toBe("NOTCAPABLE");
      expect(guest.symlink("x", `${path}/linked`)).toBe("NOTCAPABLE");
    }
    expect(guest.readPath("in/inner.txt")).toBe("inner");
  });

  it("can remove or look at such a link, which is inside itself", () => {
    const tree = backend.create(files);
    tree.plantLink("../outside/secret.txt", "secret");
    tree.plantLink("/etc", "abs");
    const guest = guestWith(tree);
    expect(guest.stat("secret")).toMatchObject({ type: 7 });
    expect(guest.readlink("abs")).toBe("NOTCAPABLE");
    expect(guest.unlink("abs")).toBe("SUCCESS");
    expect(guest.unlink("secret")).toBe("SUCCESS");
    expect(guest.names()).toEqual(["d", "hello.txt"]);
  });

  it("cannot create a file outside through a dangling link; inside it can", () => {
    const tree = backend.create(files);
    tree.plantLink("../outside/made.txt", "out");
    tree.plantLink("d/made.txt", "in");
    const guest = guestWith(tree);
    expect(guest.writePath("out", "x")).toBe("NOTCAPABLE");
    expect(tree.read("../outside/made.txt")).toBeUndefined();
    expect(guest.writePath("in", "x")).toBe("SUCCESS");
    expect(tree.read("d/made.txt")).toBe("x");
  });

  it("gains nothing from moving a link to where it leads outside", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink("../../outside", "d/e/l")).toBe("SUCCESS");
    expect(guest.rename("d/e/l", "l")).toBe("SUCCESS");
    expect(guest.readPath("l/secret.txt")).toBe("NOTCAPABLE");
    expect(guest.symlink("../hello.txt", "d/k")).toBe("SUCCESS");
    expect(guest.rename("d/k", "d/k2")).toBe("SUCCESS");
    expect(guest.readPath("d/k2")).toBe("hello");
  });

  it("gains nothing from moving the directory that a link lies in", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink("../../outside", "d/e/l")).toBe("SUCCESS");
    expect(guest.rename("d/e", "e")).toBe("SUCCESS");
    expect(guest.readPath("e/l/secret.txt")).toBe("NOTCAPABLE");
    expect(guest.readPath("e/inner.txt")).toBe("inner");
  });

  it("gains nothing from moving a directory that it has open out of its place", () => {
    const guest = guestWith(backend.create(files));
    const fd = Number(guest.open("d/e", { directory: true, rights: (ALL_RIGHTS & ~READ_WRITE) | READ }));
    expect(guest.rename("d/e", "e")).toBe("SUCCESS");
    expect(guest.readPath("../hello.txt", { fd })).toBe("NOTCAPABLE");
    expect(guest.readPath("../../outside/secret.txt", { fd })).toBe("NOTCAPABLE");
    expect(guest.readPath("e/inner.txt")).toBe("inner");
  });

  it("gains nothing from a hard link to a link", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink("../../outside/secret.txt", "d/e/l")).toBe("SUCCESS");
    const made = guest.link("d/e/l", "l");
    expect(["SUCCESS", "PERM"]).toContain(made);
    expect(guest.readPath("l")).toBe(made === "SUCCESS" ? "NOTCAPABLE" : "NOENT");
    expect(guest.link("hello.txt", "second")).toBe("SUCCESS");
    expect(guest.readPath("second")).toBe("hello");
  });

  it("cannot move or link between two preopens, which keeps `ro:` what it is", () => {
    const [first, second] = [backend.create(files), backend.create({ "other.txt": "other" })];
    const guest = guestWith(first, {
      preopens: [{ guestPath: "/two", fileSystem: second.fileSystem, readOnly: false }],
    });
    const TWO = ROOT + 1;
    expect(guest.rename("hello.txt", "moved", { toFd: TWO })).toBe("XDEV");
    expect(guest.link("hello.txt", "linked", { toFd: TWO })).toBe("XDEV");
    expect(guest.names(TWO)).toEqual(["other.txt"]);
    expect(guest.readPath("other.txt", { fd: TWO })).toBe("other");
  });

  it("runs into an end of links that go round, or are too many", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.symlink("loop", "loop")).toBe("SUCCESS");
    expect(guest.symlink("b", "a")).toBe("SUCCESS");
    expect(guest.symlink("a", "b")).toBe("SUCCESS");
    expect(guest.symlink("grow/grow/grow", "grow")).toBe("SUCCESS");
    for (const path of ["loop", "loop/x", "a", "b/x", "grow", "grow/x"])
      expect(guest.readPath(path)).toBe("LOOP");
    expect(guest.symlink("hello.txt", "link0")).toBe("SUCCESS");
    for (let index = 1; index <= 40; index++) guest.symlink(`link${index - 1}`, `link${index}`);
    expect(guest.readPath("link39")).toBe("hello");
    expect(guest.readPath("link40")).toBe("LOOP");
  });

  it("cannot pass a name that is too long, too deep, no UTF-8, or has a NUL in it", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.open("x".repeat(4097))).toBe("NAMETOOLONG");
    expect(guest.open("x".repeat(256), { create: true, rights: READ_WRITE })).toBe("NAMETOOLONG");
    expect(guest.open(new Uint8Array([0x66, 0xff, 0xfe]))).toBe("ILSEQ");
    expect(guest.open(new Uint8Array([0xed, 0xa0, 0x80]))).toBe("ILSEQ");
    expect(guest.open(new Uint8Array([0xc0, 0xae, 0xc0, 0xae]))).toBe("ILSEQ");
    expect(guest.open("hello.txt\0")).toBe("ILSEQ");
    expect(guest.open("hello.txt\0.png")).toBe("ILSEQ");
    expect(guest.symlink("a\0b", "l")).toBe("ILSEQ");
    expect(guest.open(`${"./".repeat(2000)}hello.txt`)).toBeTypeOf("number");
    expect(guest.writePath("wörld/".slice(0, -1), "ü")).toBe("SUCCESS");
    expect(guest.readPath("wörld")).toBe("ü");
  });

  it("cannot make a path so deep that the host runs out of descriptors", () => {
    const guest = guestWith(backend.create(files));
    let fd = ROOT;
    for (let depth = 0; depth < 150; depth++) {
      expect(guest.mkdir("n", fd)).toBe("SUCCESS");
      const below = guest.open("n", { fd, rights: (ALL_RIGHTS & ~READ_WRITE) | READ });
      if (fd !== ROOT) guest.close(fd);
      fd = Number(below);
    }
    expect(guest.stat("n/".repeat(150))).toBe("NAMETOOLONG");
    expect(guest.stat("n/".repeat(120))).toMatchObject({ type: 3 });
  });

  it("cannot create anything in a directory that was removed while it was open", () => {
    const guest = guestWith(backend.create(files));
    expect(guest.mkdir("gone")).toBe("SUCCESS");
    const fd = Number(guest.open("gone", { rights: (ALL_RIGHTS & ~READ_WRITE) | READ }));
    expect(guest.rmdir("gone")).toBe("SUCCESS");
    expect(guest.mkdir("x", fd)).toMatch(/NOENT|STALE/);
    expect(guest.writePath("x", "x", { fd })).toMatch(/NOENT|STALE/);
    expect(guest.rename("hello.txt", "x", { toFd: fd })).toMatch(/NOENT|STALE/);
    expect(guest.readPath("hello.txt")).toBe("hello");
  });
});
