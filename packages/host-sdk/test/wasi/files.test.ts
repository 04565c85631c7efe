import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Directory, type FileSystem, FileSystemError, memoryFileSystem } from "@mortise/host-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPlugin as inBrowser } from "../../src/entry/browser.ts";
import { failure } from "../helpers/failure.ts";
import { tool } from "./guest.ts";
import { ENGINES, failedWith, outputOf, PLUGINS } from "./support.ts";

const [EXIST, NOTCAPABLE] = [20, 76];

function folder(): string {
  const parent = mkdtempSync(join(tmpdir(), "mortise-wasi-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const inside = join(parent, "inside");
  mkdirSync(inside);
  writeFileSync(join(inside, "hello.txt"), "hello");
  writeFileSync(join(parent, "secret.txt"), "secret");
  symlinkSync("../secret.txt", join(inside, "link"));
  return inside;
}

describe.each(ENGINES)("files of $name", ({ open }) => {
  it("are read and written in memory, and read back by the host", async () => {
    const data = memoryFileSystem({ "in/text": "some text" });
    const plugin = await open(tool, { wasi: { fs: { "/": data } } });
    expect(await outputOf(plugin, "read_file", "in/text")).toBe("some text");
    await plugin.call("write_file", "", { wasi: { stdin: "in/new" } });
    expect(new TextDecoder().decode(data.read("in/new"))).toBe("written");
    data.write("late", "by the host");
    expect(await outputOf(plugin, "read_file", "late")).toBe("by the host");
  });

  it("are read and written in a folder that was allowed, by options and by manifest", async () => {
    for (const byManifest of [true, false]) {
      const inside = folder();
      const allowedPaths = { [inside]: "/data" };
      const plugin = byManifest
        ? await open({ wasm: [{ data: tool }], allowedPaths })
        : await open(tool, { allowedPaths });
      expect(await outputOf(plugin, "read_file", "hello.txt")).toBe("hello");
      await plugin.call("write_file", "", { wasi: { stdin: "new" } });
      expect(readFileSync(join(inside, "new"), "utf8")).toBe("written");
      await expect(plugin.call("write_file", "", { wasi: { stdin: "new" } })).rejects.toEqual(
        failedWith(EXIST),
      );
    }
  });

  it("are only read in a folder that was allowed so", async () => {
    const inside = folder();
    const plugin = await open(tool, { allowedPaths: { [`ro:${inside}`]: "/" } });
    expect(await outputOf(plugin, "read_file", "hello.txt")).toBe("hello");
    await expect(plugin.call("write_file", "", { wasi: { stdin: "new" } })).rejects.toEqual(
      failedWith(NOTCAPABLE),
    );
    expect(readdirSync(inside).sort()).toEqual(["hello.txt", "link"]);
  });

  it("end where the folder ends", async () => {
    const plugin = await open(tool, { allowedPaths: { [folder()]: "/" } });
    for (const path of ["../secret.txt", "link", "/etc/passwd", "hello.txt/../../secret.txt"]) {
      await failure(plugin.call("read_file", "", { wasi: { stdin: path } }), "EXIT_NONZERO");
    }
    expect(await outputOf(plugin, "read_file", "./hello.txt")).toBe("hello");
  });

  it("come from the options when the manifest allows others", async () => {
    const [listed, instead] = [folder(), folder()];
    writeFileSync(join(instead, "hello.txt"), "instead");
    const manifest = { wasm: [{ data: tool }], allowedPaths: { [listed]: "/" } };
    const plugin = await open(manifest, { allowedPaths: { [instead]: "/" } });
    expect(await outputOf(plugin, "read_file", "hello.txt")).toBe("instead");
    await failure(
      (await open(manifest, { allowedPaths: {} })).call("read_file", "", { wasi: { stdin: "hello.txt" } }),
      "EXIT_NONZERO",
    );
  });

  it("are refused at creation when a folder is missing, a file, or nameless", async () => {
    const inside = folder();
    for (const path of [join(inside, "missing"), join(inside, "hello.txt"), "", "ro:"]) {
      await failure(open(tool, { allowedPaths: { [path]: "/" } }), "PATH_DENIED");
    }
    await failure(open(tool, { allowedPaths: { [inside]: "" } }), "PATH_DENIED");
  });
});

describe.each(PLUGINS)("open files of $name", ({ open }) => {
  it("are each instance's own, and gone with it", async () => {
    const descriptor = { stdin: "a" };
    const fs = { "/": memoryFileSystem({ a: "" }) };
    const [one, other] = [await open(tool, { wasi: { fs } }), await open(tool, { wasi: { fs } })];
    const codeOf = async (plugin: typeof one) =>
      (await failure(plugin.call("leak", "", { wasi: descriptor }), "EXIT_NONZERO")).exitCode;
    const first = (await codeOf(one)) as number;
    expect(await codeOf(one)).toBe(first + 1);
    expect(await codeOf(other)).toBe(first);
    await failure(one.call("trap"), "TRAP");
    expect(await codeOf(one)).toBe(first);
  });

  it("are closed with the plugin, also in a file system of the application's own", async () => {
    const counted = counting(memoryFileSystem({ a: "" }));
    const plugin = await open(tool, { wasi: { fs: { "/": counted.fileSystem } } });
    await failure(plugin.call("leak", "", { wasi: { stdin: "a" } }), "EXIT_NONZERO");
    expect(counted.open).toBeGreaterThan(0);
    await plugin.close();
    expect(counted.open).toBe(0);
  });

  it("fail the call when the application's file system throws what is no error of files", async () => {
    const cause = new RangeError("a bug");
    const broken: FileSystem = {
      open: () => ({ ...stub(), statAt: () => raise(cause), openFile: () => raise(cause) }),
    };
    const plugin = await open(tool, { wasi: { fs: { "/": broken } } });
    const error = await failure(
      plugin.call("read_file", "", { wasi: { stdin: "a" } }),
      "HOST_FUNCTION_FAILED",
    );
    expect(error.cause).toBe(cause);
  });
});

describe("a file system of the application's own", () => {
  it("is code that a timeout on the caller's thread must not interrupt; one in memory is not", async () => {
    const [thread] = PLUGINS;
    const own: FileSystem = { open: stub };
    const error = await failure(
      () => thread?.open(tool, { timeoutMs: 5000, wasi: { fs: { "/": own } } }),
      "UNSUPPORTED",
    );
    expect(error.message).toContain("its file system");
    const data = memoryFileSystem({ a: "" });
    const plugin = await thread?.open(tool, { timeoutMs: 5000, wasi: { stdin: "a", fs: { "/": data } } });
    await plugin?.call("read_file");
  });
});

describe("allowed folders", () => {
  it("are not supported where the platform has none that can be confined", async () => {
    await failure(inBrowser(tool, { allowedPaths: { "/data": "/" } }), "UNSUPPORTED");
  });

  it.skipIf(process.platform !== "linux")("leave no descriptor of the process open", async () => {
    const inside = folder();
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const [thread] = PLUGINS;
    const before = descriptors();
    for (let round = 0; round < 10; round++) {
      const plugin = await thread?.open(tool, { allowedPaths: { [inside]: "/" } });
      await failure(() => plugin?.call("leak", "", { wasi: { stdin: "hello.txt" } }), "EXIT_NONZERO");
      await failure(() => plugin?.call("trap"), "TRAP");
      await failure(() => plugin?.call("leak", "", { wasi: { stdin: "hello.txt" } }), "EXIT_NONZERO");
      await plugin?.close();
    }
    expect(descriptors()).toBe(before);
  });
});

function raise(error: unknown): never {
  throw error;
}

/** A directory in which nothing can be done. */
function stub(): Directory {
  const refuse = () => raise(new FileSystemError("EPERM"));
  return {
    statAt: refuse,
    list: refuse,
    openDirectory: refuse,
    openFile: refuse,
    readLink: refuse,
    createDirectory: refuse,
    createLink: refuse,
    link: refuse,
    rename: refuse,
    removeDirectory: refuse,
    removeFile: refuse,
    setTimesAt: refuse,
    close() {},
  };
}

/** A file system that counts what is open in it. */
function counting(inner: FileSystem) {
  const counted = { open: 0, fileSystem: { open: () => watch(inner.open()) } };
  function watch<T extends object>(opened: T): T {
    counted.open++;
    let isOpen = true;
    return new Proxy(opened, {
      get(target, key) {
        const member = Reflect.get(target, key, target);
        if (typeof member !== "function") return member;
        if (key === "openFile" || key === "openDirectory")
          return (...args: unknown[]) => watch(member.apply(target, args) as object);
        if (key !== "close") return member.bind(target);
        return () => {
          if (isOpen) counted.open--;
          isOpen = false;
          member.call(target);
        };
      },
    });
  }
  return counted;
}
