import { fstatSync } from "node:fs";
import { createPlugin } from "@mortise/host-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodeFiles } from "../../packages/host-sdk/src/runtime/node-files.ts";
import {
  allowedPathPreopens,
  memoryFileSystem,
  type Preopen,
} from "../../packages/host-sdk/src/sandbox/fs/index.ts";
import { createWasi } from "../../packages/host-sdk/src/sandbox/wasi/index.ts";
import { buildGuest, TOOLCHAINS, type Toolchain } from "./build.ts";
import { ATTACKS, createFolder, FILES, LINKS } from "./places.ts";

function inMemory(): Preopen[] {
  const fileSystem = memoryFileSystem(FILES);
  for (const [name, target] of Object.entries(LINKS)) fileSystem.open().createLink(name, target);
  return [{ guestPath: "/", fileSystem, readOnly: false }];
}

function onHost(): Preopen[] {
  return allowedPathPreopens([{ host: createFolder(), guest: "/", readOnly: false }], nodeFiles);
}

/** The inodes behind the standard streams of this process. */
const streams = () => [0, 1, 2].map((fd) => fstatSync(fd).ino);

const probes = () => buildGuest(TOOLCHAINS[0] as Toolchain, "probes");

describe.each([
  { place: "memory", preopens: inMemory },
  { place: "a host directory", preopens: onHost },
])("a guest that was given $place", ({ preopens }) => {
  it.each(Object.entries(ATTACKS))("cannot, by %s, %s; what looks alike works", async (name) => {
    const wasi = createWasi({ preopens: preopens() });
    onTestFinished(() => wasi.close());
    let memory: WebAssembly.Memory | undefined;
    const imports = wasi.bind(() => memory) as unknown as WebAssembly.Imports;
    const { instance } = await WebAssembly.instantiate(await probes(), imports);
    ({ memory } = instance.exports as { memory: WebAssembly.Memory });
    const before = streams();
    expect((instance.exports[name] as () => number)()).toBe(0);
    expect(streams()).toEqual(before);
  });
});

describe.each(["thread", "worker"] as const)(
  "a plugin in a %s that was given a host directory",
  (isolation) => {
    it.each(Object.entries(ATTACKS))("cannot, by %s, %s; what looks alike works", async (name) => {
      const allowedPaths = { [createFolder()]: "/" };
      const plugin = await createPlugin(await probes(), { isolation, allowedPaths });
      onTestFinished(() => plugin.close());
      const before = streams();
      await plugin.call(name);
      expect(streams()).toEqual(before);
    });
  },
);
