import { fstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodeFiles } from "../../packages/host-sdk/src/runtime/node-files.ts";
import {
  allowedPathPreopens,
  memoryFileSystem,
  type Preopen,
} from "../../packages/host-sdk/src/sandbox/fs/index.ts";
import { createWasi } from "../../packages/host-sdk/src/sandbox/wasi/index.ts";
import { buildGuest, TOOLCHAINS, type Toolchain } from "./build.ts";

const LINKS = { out: "../outside", abs: "/", in: "d/e" };
const FILES = { "hello.txt": "hello", "d/e/inner.txt": "inner" };

function inMemory(): Preopen[] {
  const fileSystem = memoryFileSystem(FILES);
  for (const [name, target] of Object.entries(LINKS)) fileSystem.open().createLink(name, target);
  return [{ guestPath: "/", fileSystem, readOnly: false }];
}

function onHost(): Preopen[] {
  const parent = mkdtempSync(join(tmpdir(), "wasi-probes-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const inside = join(parent, "inside");
  mkdirSync(join(inside, "d", "e"), { recursive: true });
  mkdirSync(join(parent, "outside"));
  writeFileSync(join(parent, "outside", "secret.txt"), "secret");
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(inside, path), text);
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(inside, name));
  return allowedPathPreopens({ [inside]: "/" }, nodeFiles);
}

/** What each export of `guests/probes.wat` tries. */
const ATTACKS = {
  dotdot: "climb above the root",
  absolute: "name a path of the host, or link to one",
  dotdot_after_own_link: "climb from behind a link of its own",
  intermediate_link: "walk through a link that was there before",
  standard_streams: "close or replace streams of the process",
  poll_flood: "make the host hold 2^28 subscriptions",
};

describe.each([
  { place: "memory", preopens: inMemory },
  { place: "a host directory", preopens: onHost },
])("a guest that was given $place", ({ preopens }) => {
  it.each(Object.entries(ATTACKS))("cannot, by %s, %s; what looks alike works", async (name) => {
    const wat = TOOLCHAINS[0] as Toolchain;
    const wasi = createWasi({ preopens: preopens() });
    onTestFinished(() => wasi.close());
    let memory: WebAssembly.Memory | undefined;
    const imports = wasi.bind(() => memory) as unknown as WebAssembly.Imports;
    const { instance } = await WebAssembly.instantiate(await buildGuest(wat, "probes"), imports);
    ({ memory } = instance.exports as { memory: WebAssembly.Memory });
    const streams = () => [0, 1, 2].map((fd) => fstatSync(fd).ino);
    const before = streams();
    expect((instance.exports[name] as () => number)()).toBe(0);
    expect(streams()).toEqual(before);
  });
});
