import { execFileSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { failure, load, MODULE, OTHER_MODULE, serveFiles, sha256, temporaryFolder } from "./support.ts";

const windows = process.platform === "win32";
const root = process.getuid?.() === 0;

/** A folder with plugin.wasm and the manifest in a folder of its own. */
async function folderWith(manifest: object): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "manifests"));
  await writeFile(join(folder, "plugin.wasm"), MODULE);
  const path = join(folder, "manifests", "manifest.json");
  await writeFile(path, JSON.stringify(manifest));
  return { folder, path };
}

describe("a manifest in a file", () => {
  test.each([["../plugin.wasm"], ["./../plugin.wasm"]])("finds %s from its own folder", async (file) => {
    const { folder, path } = await folderWith({ wasm: [{ path: file }] });
    const [module] = (await load(path)).modules;
    expect(module).toMatchObject({ bytes: MODULE, origin: join(folder, "plugin.wasm") });
  });

  test("finds a relative url from its own folder", async () => {
    const { path } = await folderWith({ wasm: [{ url: "../plugin.wasm" }] });
    expect((await load(path)).modules).toMatchObject([{ bytes: MODULE }]);
  });

  test("may be named by a file URL", async () => {
    const { path } = await folderWith({ wasm: [{ path: "../plugin.wasm" }] });
    expect((await load(pathToFileURL(path))).modules).toMatchObject([{ bytes: MODULE }]);
  });

  test("may name an absolute path, a file URL and an http URL", async () => {
    const { folder } = await folderWith({ wasm: [] });
    const origin = await serveFiles({ "/other.wasm": OTHER_MODULE });
    const file = join(folder, "plugin.wasm");
    const wasm = [{ path: file }, { url: pathToFileURL(file).href }, { url: `${origin}/other.wasm` }];
    await writeFile(join(folder, "all.json"), JSON.stringify({ wasm }));
    const { modules } = await load(join(folder, "all.json"));
    expect(modules).toMatchObject([{ bytes: MODULE }, { bytes: MODULE }, { bytes: OTHER_MODULE }]);
  });

  test("grants paths relative to its own folder, several for one folder as well", async () => {
    const wasm = [{ path: "../plugin.wasm" }];
    const { folder, path } = await folderWith({
      wasm,
      allowed_paths: { data: "/a", "./data": "/b", "ro:/etc": "/c" },
    });
    expect((await load(path)).settings.allowedPaths).toEqual([
      { host: join(folder, "manifests", "data"), guest: "/a", readOnly: false },
      { host: join(folder, "manifests", "data"), guest: "/b", readOnly: false },
      { host: "/etc", guest: "/c", readOnly: true },
    ]);
  });

  test("is named by its path when it is invalid", async () => {
    const { path } = await folderWith({ wasm: [{ pth: "x" }] });
    expect((await failure(load(path), "MANIFEST_INVALID")).message).toContain(`${path}: wasm[0].pth`);
  });
});

describe("a file that cannot be read is SOURCE_UNREACHABLE, naming the full path:", () => {
  test("one that is not there", async () => {
    const folder = await temporaryFolder();
    const error = await failure(
      load({ wasm: [{ path: `${folder}/a/../plugin.wasm` }] }),
      "SOURCE_UNREACHABLE",
    );
    expect(error.message).toBe(`${join(folder, "plugin.wasm")} cannot be read: there is no such file`);
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  test("a folder", async () => {
    const folder = await temporaryFolder();
    const { message } = await failure(load(folder), "SOURCE_UNREACHABLE");
    expect(message).toBe(`${folder} cannot be read: it is a directory`);
  });

  test.skipIf(windows || root)("one without permission", async () => {
    const path = join(await temporaryFolder(), "plugin.wasm");
    await writeFile(path, MODULE);
    await chmod(path, 0);
    expect((await failure(load(path), "SOURCE_UNREACHABLE")).message).toContain("permission denied");
  });

  test.skipIf(windows)("a device without end", async () => {
    expect((await failure(load("/dev/zero"), "SOURCE_UNREACHABLE")).message).toContain("not a regular file");
  });

  test.skipIf(windows)("a named pipe that nobody writes to", async () => {
    const path = join(await temporaryFolder(), "pipe");
    execFileSync("mkfifo", [path]);
    expect((await failure(load(path), "SOURCE_UNREACHABLE")).message).toContain("not a regular file");
  });

  test("one whose name has a zero byte", async () => {
    const error = await failure(load({ wasm: [{ path: "a\0b" }] }), "SOURCE_UNREACHABLE");
    expect(error.message).toContain("no file can have that name");
  });

  test.skipIf(windows)("one on another machine", async () => {
    await failure(load(new URL("file://server/plugin.wasm")), "SOURCE_UNREACHABLE");
  });
});

test("a file over the limit is MODULE_TOO_LARGE, and one that just fits is read", async () => {
  const { folder } = await folderWith({});
  const path = join(folder, "plugin.wasm");
  const error = await failure(load(path, { maxModuleBytes: 7 }), "MODULE_TOO_LARGE");
  expect(error.message).toContain(path);
  expect((await load(path, { maxModuleBytes: 8 })).modules).toMatchObject([{ digest: sha256(MODULE) }]);
});

test("an empty file is no module", async () => {
  const path = join(await temporaryFolder(), "empty.wasm");
  await writeFile(path, "");
  expect((await failure(load(path), "MODULE_INVALID")).message).toContain("it is empty");
});
