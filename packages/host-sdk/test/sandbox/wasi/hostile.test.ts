import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWasiExit } from "../../../src/sandbox/wasi/index.ts";
import { BACKENDS, type Backend, describeBackends, guestWith } from "./backends.ts";
import { Guest } from "./guest.ts";

/** Parameters of each import, `i` for 32 and `I` for 64 bits. */
const SIGNATURES: Readonly<Record<string, string>> = {
  args_get: "ii",
  args_sizes_get: "ii",
  environ_get: "ii",
  environ_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "iIi",
  fd_advise: "iIIi",
  fd_allocate: "iII",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "iII",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "iI",
  fd_filestat_set_times: "iIIi",
  fd_pread: "iiiIi",
  fd_prestat_get: "ii",
  fd_prestat_dir_name: "iii",
  fd_pwrite: "iiiIi",
  fd_read: "iiii",
  fd_readdir: "iiiIi",
  fd_renumber: "ii",
  fd_seek: "iIii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiiIIi",
  path_link: "iiiiiii",
  path_open: "iiiiiIIii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  poll_oneoff: "iiii",
  proc_exit: "i",
  proc_raise: "i",
  random_get: "ii",
  sched_yield: "",
  sock_accept: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
};

/** Numbers that pointers, lengths, descriptors and flags go wrong by; WebAssembly passes them signed. */
const i32 = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 ** 18 }) },
  fc.constantFrom(-1, -2, -8, 65_535, 65_536, 2 ** 18, 2 ** 18 - 1, 2 ** 31 - 1, -(2 ** 31)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const i64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 100n }),
  fc.constantFrom(-1n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), 0x3fffffffn),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const call = fc
  .constantFrom(...Object.keys(SIGNATURES))
  .chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.tuple(...[...(SIGNATURES[name] as string)].map((type) => (type === "i" ? i32 : i64))),
    ),
  );

/** Path-like bytes, so that wild pointers often find something that resolves. */
const path = fc
  .array(fc.constantFrom("..", ".", "", "a", "b", "link", "hello.txt", "outside", "__proto__", "\0", "é"), {
    maxLength: 6,
  })
  .map((components) => components.join("/"));

function play(
  backend: Backend,
  memory: string,
  calls: readonly (readonly [string, readonly (number | bigint)[]])[],
) {
  const tree = backend.create({ "hello.txt": "hello", "a/b": "deep" });
  const guest = guestWith(tree, { options: { stdin: "input" }, sleep: null });
  new Uint8Array(guest.memory.buffer).set(new TextEncoder().encode(memory.repeat(8)).subarray(0, 4096), 0);
  for (const [name, params] of calls) {
    try {
      const errno = (guest.imports[name] as (...params: (number | bigint)[]) => number)(...params);
      expect(errno).toBeGreaterThanOrEqual(0);
      expect(errno).toBeLessThanOrEqual(76);
    } catch (error) {
      if (!isWasiExit(error)) throw new Error(`${name}(${params.join(", ")})`, { cause: error });
    }
  }
  guest.wasi.close();
  return tree;
}

describe("the signatures that hostile guests are drawn from", () => {
  it("are those of all imports", () => {
    expect(Object.keys(SIGNATURES).sort()).toEqual(Object.keys(new Guest({}).imports).sort());
  });
});

describeBackends("a guest that passes anything at all", (backend) => {
  const runs = backend === BACKENDS[0] ? 300 : 60;

  it("gets an error number from every import, and never a host exception", () => {
    fc.assert(
      fc.property(path, fc.array(call, { minLength: 1, maxLength: 40 }), (memory, calls) => {
        play(backend, memory, calls);
      }),
      { numRuns: runs },
    );
  });

  it("changes nothing outside, whatever paths it makes links, moves and files with", () => {
    const operation = fc.tuple(
      fc.constantFrom("symlink", "rename", "link", "mkdir", "write", "unlink", "rmdir"),
      path,
      path,
    );
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 30 }), (operations) => {
        const tree = backend.create({ "hello.txt": "hello", "a/b": "deep" });
        const outside = () =>
          tree.folder === undefined ? [] : readdirSync(`${tree.folder}/..`, { recursive: true });
        const beside = (names: readonly (string | Buffer)[]) =>
          names.filter((name) => !String(name).startsWith("inside"));
        const before = beside(outside());
        const guest = guestWith(tree);
        for (const [kind, one, two] of operations) {
          if (kind === "symlink") guest.symlink(one, two);
          else if (kind === "rename") guest.rename(one, two);
          else if (kind === "link") guest.link(one, two);
          else if (kind === "mkdir") guest.mkdir(one);
          else if (kind === "write") guest.writePath(one, "written");
          else if (kind === "unlink") guest.unlink(one);
          else guest.rmdir(one);
          expect(guest.readPath(two)).not.toBe("secret");
        }
        expect(beside(outside())).toEqual(before);
        expect(tree.read("../outside/secret.txt")).toBe(tree.folder === undefined ? undefined : "secret");
        guest.wasi.close();
      }),
      { numRuns: runs },
    );
  });
});
