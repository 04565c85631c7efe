import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { WasiOptions } from "../../../src/sandbox/wasi/index.ts";
import { Guest } from "./guest.ts";

const text = (chunks: readonly Uint8Array[]) => chunks.map((chunk) => new TextDecoder().decode(chunk));

describe("standard input", () => {
  it("is empty by default", () => {
    expect(new Guest({}).read(0)).toBe("");
  });

  it("comes from bytes or text, bit by bit, and ends", () => {
    for (const stdin of ["wörld", new TextEncoder().encode("wörld")]) {
      const guest = new Guest({ options: { stdin } });
      expect(guest.read(0, 3)).toBe("wö");
      expect(guest.read(0)).toBe("rld");
      expect(guest.read(0)).toBe("");
    }
  });

  it("comes from a function, which is asked no more after the end, and may give more than it was asked for", () => {
    const chunks = ["abcdef", "g"].map((chunk) => new TextEncoder().encode(chunk));
    const asked: number[] = [];
    const stdin = (maxBytes: number) => {
      asked.push(maxBytes);
      return chunks.shift() ?? null;
    };
    const guest = new Guest({ options: { stdin } });
    expect(guest.read(0, 4)).toBe("abcd");
    expect(guest.read(0, 4)).toBe("ef");
    expect(guest.read(0, 4)).toBe("g");
    expect(guest.read(0, 4)).toBe("");
    expect(guest.read(0, 4)).toBe("");
    expect(asked).toEqual([4, 4, 4]);
  });

  it("throws to the caller what a function threw, also if it looks like a file error, or that it returned no bytes", () => {
    const failure = Object.assign(new Error("disk"), { code: "ENOENT" });
    const failing = new Guest({
      options: {
        stdin: () => {
          throw failure;
        },
      },
    });
    expect(() => failing.read(0)).toThrow(failure);
    const wrong = new Guest({ options: { stdin: (() => "text") as unknown as () => null } });
    expect(() => wrong.read(0)).toThrow(TypeError);
  });

  it("cannot be written, sought, or taken for a file", () => {
    const guest = new Guest({ options: { stdin: "text" } });
    expect(guest.write(0, "x")).toBe("NOTCAPABLE");
    expect(guest.seek(0, 0n, 1)).toBe("SPIPE");
    expect(guest.pread(0, 1, 0n)).toBe("SPIPE");
    expect(guest.open("x", { fd: 0 })).toBe("NOTDIR");
    expect(guest.fdstat(0)).toMatchObject({ type: 0 });
    expect(guest.fstat(0)).toMatchObject({ size: 0n });
  });
});

describe("standard output", () => {
  it("is dropped by default, in full", () => {
    const guest = new Guest({});
    expect(guest.write(1, "hello")).toBe(5);
    expect(guest.write(2, "hello")).toBe(5);
    expect(guest.read(1)).toBe("NOTCAPABLE");
  });

  it("has reached the callback before the call returns, one chunk per call, as bytes of its own", () => {
    const chunks: Uint8Array[] = [];
    const guest = new Guest({ options: { stdout: (chunk) => chunks.push(chunk) } });
    expect(guest.write(1, "one")).toBe(3);
    expect(text(chunks)).toEqual(["one"]);
    new Uint8Array(guest.memory.buffer).fill(0);
    expect(guest.write(1, "two")).toBe(3);
    chunks[1]?.fill(120);
    expect(guest.write(2, "elsewhere")).toBe(9);
    expect(text(chunks)).toEqual(["one", "xxx"]);
  });

  it("joins the buffers of one call, skips empty ones, and calls nobody for nothing", () => {
    const chunks: Uint8Array[] = [];
    const guest = new Guest({ options: { stdout: (chunk) => chunks.push(chunk) } });
    const iovecs = guest.allocate(24);
    ["ab", "", "cd"].forEach((part, index) => {
      const [pointer, length] = guest.put(part);
      guest.view().setUint32(iovecs + index * 8, pointer, true);
      guest.view().setUint32(iovecs + index * 8 + 4, length, true);
    });
    expect(guest.call("fd_write", 1, iovecs, 3, guest.allocate(4))).toBe("SUCCESS");
    expect(guest.call("fd_write", 1, iovecs, 0, guest.allocate(4))).toBe("SUCCESS");
    expect(text(chunks)).toEqual(["abcd"]);
  });

  it("goes to a Node stream and to a WritableStream", async () => {
    const node: Uint8Array[] = [];
    const web: Uint8Array[] = [];
    const options: WasiOptions = {
      stdout: new Writable({
        write(chunk, _encoding, done) {
          node.push(chunk);
          done();
        },
      }),
      stderr: new WritableStream({
        write(chunk) {
          web.push(chunk);
        },
      }),
    };
    const guest = new Guest({ options });
    guest.write(1, "to node");
    guest.write(2, "to the web");
    guest.wasi.endCall();
    await new Promise(setImmediate);
    expect(text(node)).toEqual(["to node"]);
    expect(text(web)).toEqual(["to the web"]);
  });

  it("tells the caller when a WritableStream failed, at the latest when the next call ends", async () => {
    const failure = new Error("full");
    const stderr = new WritableStream({
      write() {
        throw failure;
      },
    });
    const guest = new Guest({ options: { stderr } });
    guest.write(2, "x");
    guest.wasi.endCall();
    await new Promise(setImmediate);
    expect(() => guest.write(2, "y")).toThrow(failure);
    expect(() => guest.wasi.endCall()).toThrow(failure);
  });

  it("throws to the caller what a callback threw, and no error number to the guest", () => {
    const failure = Object.assign(new Error("full"), { code: "ENOSPC" });
    const guest = new Guest({
      options: {
        stdout: () => {
          throw failure;
        },
      },
    });
    expect(() => guest.write(1, "x")).toThrow(failure);
  });

  it("goes to the logger line by line, the last line at the end of the call", () => {
    const lines: string[] = [];
    const guest = new Guest({
      options: { stdout: "log", stderr: "log" },
      log: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    guest.write(1, "one\ntw");
    guest.write(2, "err\n");
    guest.write(1, "o\n\nthree");
    expect(lines).toEqual(["stdout: one", "stderr: err", "stdout: two", "stdout: "]);
    guest.wasi.endCall();
    expect(lines.at(-1)).toBe("stdout: three");
    guest.wasi.endCall();
    expect(lines).toHaveLength(5);
  });

  it("cuts a line for the logger at 64 KiB, and splits no character between two writes", () => {
    const lines: string[] = [];
    const guest = new Guest({ options: { stdout: "log" }, log: (line) => lines.push(line) });
    const umlaut = new TextEncoder().encode("ü\n");
    guest.write(1, umlaut.subarray(0, 1));
    guest.write(1, umlaut.subarray(1));
    for (let part = 0; part < 3; part++) guest.write(1, "x".repeat(30_000));
    guest.write(1, "\nafter\n");
    expect(lines.map((line) => line.length)).toEqual([1, 65_536, 5]);
    expect(lines[0]).toBe("ü");
  });

  it("can be a call's own, and is the options' again afterwards", () => {
    const [own, ours]: Uint8Array[][] = [[], []];
    const guest = new Guest({ options: { stdin: "ours", stdout: (chunk) => ours?.push(chunk) } });
    guest.wasi.beginCall({ stdin: "own", stdout: (chunk) => own?.push(chunk) });
    guest.write(1, guest.read(0));
    guest.wasi.endCall();
    guest.write(1, guest.read(0));
    expect(text(own ?? [])).toEqual(["own"]);
    expect(text(ours ?? [])).toEqual(["ours"]);
  });
});
