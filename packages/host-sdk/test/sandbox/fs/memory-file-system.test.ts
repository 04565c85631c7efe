import { describe, expect, it } from "vitest";
import { FileSystemError, memoryFileSystem } from "../../../src/sandbox/fs/index.ts";

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

describe("a memory file system", () => {
  it("starts with the files it is made of, text or bytes, and the directories on the way", () => {
    const files = memoryFileSystem({ "a/b/c.txt": "c", "/d.bin": new Uint8Array([1, 2]), "a/e": "" });
    expect(files.paths().sort()).toEqual(["a/b/c.txt", "a/e", "d.bin"]);
    expect(text(files.read("a/b/c.txt"))).toBe("c");
    expect(files.read("d.bin")).toEqual(new Uint8Array([1, 2]));
  });

  it("is read and written by the host, in copies", () => {
    const files = memoryFileSystem();
    const bytes = new Uint8Array([1, 2, 3]);
    files.write("f", bytes);
    bytes.fill(0);
    files.read("f")?.fill(9);
    expect(files.read("f")).toEqual(new Uint8Array([1, 2, 3]));
    files.write("f", "short");
    expect(text(files.read("f"))).toBe("short");
  });

  it("tells that a path is no file, and takes none that has no name or climbs", () => {
    const files = memoryFileSystem({ "d/f": "" });
    expect(files.read("d")).toBeUndefined();
    expect(files.read("missing")).toBeUndefined();
    expect(files.read("d/f/g")).toBeUndefined();
    for (const path of ["", "/", ".", "../f", "d/../f"]) {
      expect(() => files.read(path)).toThrow(TypeError);
      expect(() => files.write(path, "")).toThrow(TypeError);
    }
  });

  it("follows no link that a guest has put in the host's way", () => {
    const files = memoryFileSystem({ target: "text" });
    files.open().createLink("link", "target");
    expect(files.read("link")).toBeUndefined();
    expect(() => files.write("link", "x")).toThrow(FileSystemError);
    expect(files.paths()).toEqual(["target"]);
  });

  it("holds no more than its quota, from the host's side either", () => {
    expect(() => memoryFileSystem({ f: "12345" }, { maxBytes: 4 })).toThrow("EFBIG");
    expect(() => memoryFileSystem({ f: "123", g: "456" }, { maxBytes: 6 })).toThrow("ENOSPC");
    expect(() => memoryFileSystem({ a: "", b: "" }, { maxEntries: 1 })).toThrow("ENOSPC");
    expect(text(memoryFileSystem({ f: "12345" }, { maxBytes: 6 }).read("f"))).toBe("12345");
  });

  it("stamps files with the clock it is given", () => {
    let now = 1000;
    const files = memoryFileSystem({ f: "" }, { now: () => now });
    const root = files.open();
    expect(root.statAt("f")).toMatchObject({ modified: 1_000_000_000n, changed: 1_000_000_000n });
    now = 2000.5;
    files.write("f", "x");
    expect(root.statAt("f")).toMatchObject({ modified: 2_000_500_000n });
  });

  it("knows two of its kind from each other", () => {
    const [one, two] = [memoryFileSystem({ f: "" }).open(), memoryFileSystem({ f: "" }).open()];
    expect(one.statAt("f").device).not.toBe(two.statAt("f").device);
    expect(() => one.rename("f", two, "g")).toThrow("EXDEV");
    expect(() => one.link("f", two, "g")).toThrow("EXDEV");
  });
});
