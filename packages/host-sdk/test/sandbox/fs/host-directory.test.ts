import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { listAllowedPaths } from "../../../src/manifest/allowed-paths.ts";
import { createNodeFiles } from "../../../src/runtime/node-files.ts";
import {
  allowedPathPreopens,
  type Directory,
  type HostFiles,
  hostDirectory,
} from "../../../src/sandbox/fs/index.ts";
import { Guest, READ_WRITE } from "../wasi/guest.ts";

const onLinux = process.platform === "linux";
const WAYS = onLinux ? [true, false] : [false];

const [STOP, ROUNDS] = [0, 1];

/** Swaps `d` and a link to the outside, back and forth, until it is told to stop. */
const SWAPPER = `
  const { renameSync } = require("node:fs");
  const { inside, state } = require("node:worker_threads").workerData;
  const move = (from, to) => renameSync(inside + "/" + from, inside + "/" + to);
  while (Atomics.load(state, 0) === 0) {
    move("d", "aside");
    move("link", "d");
    move("d", "link");
    move("aside", "d");
    Atomics.add(state, 1, 1);
  }
`;

function folders() {
  const parent = mkdtempSync(join(tmpdir(), "host-directory-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const [inside, outside] = [join(parent, "inside"), join(parent, "outside")];
  mkdirSync(join(inside, "d"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(inside, "d", "f"), "inner");
  writeFileSync(join(outside, "f"), "secret");
  return { parent, inside, outside };
}

const granted = (
  paths: Record<string, string>,
  files: HostFiles | undefined,
  resolve = (path: string) => path,
) => allowedPathPreopens(listAllowedPaths(paths, resolve), files);

function guestIn(files: HostFiles, allowedPaths: Record<string, string>): Guest {
  const guest = new Guest({ preopens: granted(allowedPaths, files) });
  onTestFinished(() => guest.wasi.close());
  return guest;
}

/** Calls `hook` after a directory called `name` was opened, before anything is done in it. */
function interposed(directory: Directory, name: string, hook: () => void): Directory {
  return new Proxy(directory, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key !== "openDirectory") return value.bind(target);
      return (opened: string) => {
        const below = target.openDirectory(opened);
        if (opened === name) hook();
        return below;
      };
    },
  });
}

describe.each(WAYS)("host directories, by descriptor: %s", (procfs) => {
  const files = createNodeFiles({ procfs });

  it("are granted by a map of host paths to guest paths, `ro:` for reading only", () => {
    const { inside, outside } = folders();
    const guest = guestIn(files, { [inside]: "/in", [`ro:${outside}`]: "/out" });
    expect(guest.writePath("new", "x", { fd: 3 })).toBe("SUCCESS");
    expect(guest.readPath("f", { fd: 4 })).toBe("secret");
    expect(guest.writePath("f", "x", { fd: 4 })).toBe("NOTCAPABLE");
  });

  it("are resolved as the caller says", () => {
    const { inside } = folders();
    const preopens = granted({ "ro:data": "/data" }, files, (path) => path.replace("data", inside));
    expect(preopens).toMatchObject([{ guestPath: "/data", readOnly: true }]);
  });

  it("are denied if they are missing, a file, or nameless, and unsupported without files", () => {
    const { inside } = folders();
    const denied = (paths: Record<string, string>, from: HostFiles | undefined = files) => {
      try {
        granted(paths, from);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "granted";
    };
    expect(denied({ [join(inside, "missing")]: "/data" })).toBe("PATH_DENIED");
    expect(denied({ [join(inside, "d", "f")]: "/data" })).toBe("PATH_DENIED");
    expect(denied({ "ro:": "/data" })).toBe("PATH_DENIED");
    expect(denied({ [inside]: "" })).toBe("PATH_DENIED");
    expect(denied({ [inside]: "/data" })).toBe("granted");
    expect(() => granted({ [inside]: "/data" }, undefined)).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED" }),
    );
    expect(granted({}, undefined)).toEqual([]);
  });

  it("may be reached through a link of the host, which the application has named itself", () => {
    const { parent, inside } = folders();
    symlinkSync(inside, join(parent, "alias"));
    expect(guestIn(files, { [join(parent, "alias")]: "/" }).readPath("d/f")).toBe("inner");
  });

  it("stay confined when a directory is swapped for a link to the outside while a path is walked", () => {
    const { inside, outside } = folders();
    const swap = () => {
      renameSync(join(inside, "d"), join(inside, "moved"));
      symlinkSync(outside, join(inside, "d"));
    };
    const fileSystem = { open: () => interposed(files.openDirectory(inside), "d", swap) };
    const guest = new Guest({ preopens: [{ guestPath: "/", fileSystem, readOnly: false }] });
    expect(guest.readPath("d/f")).toBe(procfs ? "inner" : "STALE");
    expect(guest.readPath("d/f")).toBe("NOTCAPABLE");
    expect(guest.readPath("moved/f")).toBe("inner");
    guest.wasi.close();
  });

  it("stay confined when an open directory is moved outside by the host", () => {
    const { parent, inside } = folders();
    const guest = guestIn(files, { [inside]: "/" });
    const fd = Number(
      guest.open("d", { directory: true, inheriting: 0x3fffffffn, rights: 0x3fffffffn & ~64n }),
    );
    renameSync(join(inside, "d"), join(parent, "moved"));
    expect(guest.readPath("../outside/f", { fd })).toBe("NOTCAPABLE");
    expect(guest.readPath("d/f")).toBe("NOENT");
  });

  it.skipIf(!procfs)(
    "are not left through a race that another thread runs with links and renames",
    async () => {
      const { inside, outside } = folders();
      symlinkSync(outside, join(inside, "link"));
      const state = new Int32Array(new SharedArrayBuffer(8));
      const worker = new Worker(SWAPPER, { eval: true, workerData: { inside, state } });
      while (Atomics.load(state, ROUNDS) === 0) await new Promise(setImmediate);
      const guest = guestIn(files, { [inside]: "/" });
      const seen = new Set<string>();
      for (let round = 0; round < 3000; round++) {
        seen.add(guest.readPath("d/f"));
        seen.add(guest.writePath("d/made", "x"));
      }
      Atomics.store(state, STOP, 1);
      await new Promise((resolve) => worker.once("exit", resolve));
      expect(Atomics.load(state, ROUNDS)).toBeGreaterThan(100);
      expect(seen).toContain("inner");
      expect(seen).not.toContain("secret");
      expect(readdirSync(outside)).toEqual(["f"]);
    },
  );

  it.skipIf(!onLinux)("open no FIFO, socket or device, and do not wait for one", async () => {
    const { inside } = folders();
    execFileSync("mkfifo", [join(inside, "fifo")]);
    const server = createServer().listen(join(inside, "socket"));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const guest = guestIn(files, { [inside]: "/" });
    for (const name of ["fifo", "socket"]) {
      expect(guest.open(name)).toMatch(/PERM|errno 60/);
      expect(guest.open(name, { rights: READ_WRITE, truncate: true, create: true })).toMatch(/PERM|errno 60/);
      expect(guest.stat(name)).toMatchObject({ type: 0 });
    }
    const devices = guestIn(files, { "/dev": "/dev" });
    expect(devices.open("zero")).toBe("PERM");
    expect(devices.open("tty")).toMatch(/PERM|errno/);
    expect(guest.readPath("d/f")).toBe("inner");
  });

  it.skipIf(!onLinux)("leave no descriptor of the host open, whether paths resolve or fail", () => {
    const { inside } = folders();
    symlinkSync("d/f/none", join(inside, "broken"));
    symlinkSync("..", join(inside, "up"));
    const count = () => readdirSync("/proc/self/fd").length;
    const before = count();
    const guest = new Guest({ preopens: granted({ [inside]: "/" }, files) });
    const whileOpen = count();
    for (const path of ["d/f", "d/../d/./f", "d/f/g", "d/none/f", "broken", "up/f", "d/../../f", "d/f/"]) {
      guest.readPath(path);
      guest.stat(path, { follow: true });
      guest.rename(path, "d/../up/x");
      guest.open(path, { directory: true, create: true });
    }
    expect(guest.readPath("d/f")).toBe("inner");
    expect(count()).toBe(whileOpen);
    guest.open("d/f");
    guest.open("d", { directory: true });
    guest.wasi.close();
    expect(count()).toBe(before);
  });

  it("close what is open below a root with the root, for calls that were cut short", () => {
    const { inside } = folders();
    const root = files.openDirectory(inside);
    const below = root.openDirectory("d");
    const file = below.openFile("f", { write: true, create: false, exclusive: false, truncate: false });
    root.close();
    expect(() => file.read(new Uint8Array(5), 0)).toThrow("EBADF");
    expect(() => file.write(new Uint8Array(5), 0)).toThrow("EBADF");
    expect(() => below.list()).toThrow("EBADF");
    expect(() => root.list()).toThrow("EBADF");
    file.close();
    below.close();
    root.close();
  });

  it("make no hard link that leads to a file outside", () => {
    const { inside, outside } = folders();
    symlinkSync(join(outside, "f"), join(inside, "l"));
    const root = files.openDirectory(inside);
    if (procfs) {
      root.link("l", root, "copy");
      expect(root.statAt("copy").type).toBe("symlink");
    } else expect(() => root.link("l", root, "copy")).toThrow("EPERM");
    const directory = root.openDirectory("d");
    directory.link("f", root, "same");
    expect(root.statAt("same")).toMatchObject({ type: "file", links: 2n });
    root.close();
  });
});

it("is a host directory for each instance anew, by its path", () => {
  const { inside } = folders();
  const fileSystem = hostDirectory(createNodeFiles(), inside);
  rmSync(inside, { recursive: true });
  expect(() => fileSystem.open()).toThrow(expect.objectContaining({ code: "PATH_DENIED" }));
  mkdirSync(inside);
  const root = fileSystem.open();
  expect(root.list()).toEqual([]);
  root.close();
});
