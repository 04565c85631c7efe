import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, onTestFinished } from "vitest";
import { createNodeFiles } from "../../../src/runtime/node-files.ts";
import type { FileSystem } from "../../../src/sandbox/fs/index.ts";
import { hostDirectory, memoryFileSystem } from "../../../src/sandbox/fs/index.ts";
import { remoteFileSystem } from "../../../src/sandbox/fs/remote/client.ts";
import { serveFileSystems } from "../../../src/sandbox/fs/remote/server.ts";
import type { WasiSettings } from "../../../src/sandbox/wasi/index.ts";
import { Guest } from "./guest.ts";

/** A tree of files that a guest is given, and that a test can look at from outside. */
export interface Tree {
  readonly fileSystem: FileSystem;
  /** The host's folder in which the tree lies; absent in memory. Beside it lies `outside/secret.txt`. */
  readonly folder?: string;
  /** The contents of a file as the host sees it. */
  read(path: string): string | undefined;
  /** Makes a link behind the guest's back; in memory a guest of the same tree has to do. */
  plantLink(target: string, path: string): void;
}

export interface Backend {
  readonly name: string;
  create(files?: Readonly<Record<string, string>>): Tree;
}

const memory: Backend = {
  name: "memory",
  create(files = {}) {
    const fileSystem = memoryFileSystem(files);
    return {
      fileSystem,
      read: (path) => {
        const bytes = path.startsWith("..") ? undefined : fileSystem.read(path);
        return bytes && new TextDecoder().decode(bytes);
      },
      plantLink(target, path) {
        const root = fileSystem.open();
        root.createLink(path, target);
      },
    };
  },
};

/** The way of a worker's guest to file systems that stay with the caller, without the threads. */
const served: Backend = {
  name: "memory, served to another thread",
  create(files) {
    const tree = memory.create(files);
    const server = serveFileSystems([tree.fileSystem]);
    const exchange = (_service: number, request: Uint8Array) => server.answer(new Uint8Array(request));
    return { ...tree, fileSystem: remoteFileSystem(0, exchange) };
  },
};

function hostBackend(name: string, procfs: boolean): Backend {
  const files = createNodeFiles({ procfs });
  return {
    name,
    create(contents = {}) {
      const parent = mkdtempSync(join(tmpdir(), "wasi-test-"));
      onTestFinished(() => rmSync(parent, { recursive: true }));
      const folder = join(parent, "inside");
      mkdirSync(folder);
      mkdirSync(join(parent, "outside"));
      writeFileSync(join(parent, "outside", "secret.txt"), "secret");
      for (const [path, text] of Object.entries(contents)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      return {
        fileSystem: hostDirectory(files, folder),
        folder,
        read(path) {
          try {
            return readFileSync(join(folder, path), "utf8");
          } catch {
            return undefined;
          }
        },
        plantLink: (target, path) => symlinkSync(target, join(folder, path)),
      };
    },
  };
}

/** Every place that files can lie in. */
export const BACKENDS: readonly Backend[] = [
  memory,
  served,
  ...(process.platform === "linux" ? [hostBackend("host directory by descriptor", true)] : []),
  hostBackend("host directory by path", false),
];

/** Runs a suite on every backend. */
export function describeBackends(name: string, suite: (backend: Backend) => void): void {
  for (const backend of BACKENDS) describe(`${name} (${backend.name})`, () => suite(backend));
}

/** A guest that has `tree` as its first preopen, `/`. Closed when the test ends. */
export function guestWith(tree: Tree, settings: WasiSettings & { readOnly?: boolean } = {}): Guest {
  const { readOnly = false, preopens = [], ...rest } = settings;
  const guest = new Guest({
    ...rest,
    preopens: [{ guestPath: "/", fileSystem: tree.fileSystem, readOnly }, ...preopens],
  });
  onTestFinished(() => guest.wasi.close());
  return guest;
}
