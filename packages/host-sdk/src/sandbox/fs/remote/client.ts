import { type Exchange, SERVICE } from "../../system/settings.ts";
import type { Directory, File, FileStat, FileSystem, FileTimes, OpenFileOptions } from "../file-system.ts";
import { FileSystemError, type FileSystemErrorCode } from "../file-system-error.ts";
import { type FileCall, type FileReply, pack, unpack } from "./wire.ts";

/** Bytes that travel at once. */
const MAX_TRANSFER = 1024 * 1024;

/** A file system that lives on the caller's thread, as a guest's side in a worker uses it. */
export function remoteFileSystem(target: number, exchange: Exchange): FileSystem {
  const line = new Line(exchange);
  return {
    open: () => new RemoteDirectory(line, line.call({ target, method: "open", args: [] }).value as number),
  };
}

class Line {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  call(call: FileCall, bytes?: Uint8Array): { value: unknown; bytes: Uint8Array } {
    const reply = this.#exchange(SERVICE.files, pack(call, bytes));
    if (!reply) throw new FileSystemError("EBADF");
    const { message, bytes: content } = unpack<FileReply>(reply);
    if ("code" in message) throw new FileSystemError(message.code as FileSystemErrorCode);
    return { value: message.value, bytes: content };
  }
}

abstract class RemoteObject {
  protected readonly line: Line;
  readonly target: number;

  constructor(line: Line, target: number) {
    this.line = line;
    this.target = target;
  }

  protected send(method: string, ...args: readonly unknown[]): unknown {
    return this.line.call({ target: this.target, method, args }).value;
  }

  close(): void {
    this.send("close");
  }
}

class RemoteFile extends RemoteObject implements File {
  stat(): FileStat {
    return this.send("stat") as FileStat;
  }

  read(into: Uint8Array, position: number): number {
    const length = Math.min(into.length, MAX_TRANSFER);
    const reply = this.line.call({ target: this.target, method: "read", args: [length, position] });
    into.set(reply.bytes.subarray(0, into.length));
    return reply.bytes.length;
  }

  write(from: Uint8Array, position: number): number {
    const call = { target: this.target, method: "write", args: [position] };
    return this.line.call(call, from.subarray(0, MAX_TRANSFER)).value as number;
  }

  setSize(size: number): void {
    this.send("setSize", size);
  }

  setTimes(times: FileTimes): void {
    this.send("setTimes", times);
  }

  sync(contentsOnly: boolean): void {
    this.send("sync", contentsOnly);
  }
}

class RemoteDirectory extends RemoteObject implements Directory {
  statAt(name: string): FileStat {
    return this.send("statAt", name) as FileStat;
  }

  list(): readonly string[] {
    return this.send("list") as string[];
  }

  openDirectory(name: string): Directory {
    return new RemoteDirectory(this.line, this.send("openDirectory", name) as number);
  }

  openFile(name: string, options: OpenFileOptions): File {
    return new RemoteFile(this.line, this.send("openFile", name, options) as number);
  }

  readLink(name: string): string {
    return this.send("readLink", name) as string;
  }

  createDirectory(name: string): void {
    this.send("createDirectory", name);
  }

  createLink(name: string, target: string): void {
    this.send("createLink", name, target);
  }

  link(name: string, to: Directory, toName: string): void {
    this.send("link", name, targetOf(to), toName);
  }

  rename(name: string, to: Directory, toName: string): void {
    this.send("rename", name, targetOf(to), toName);
  }

  removeDirectory(name: string): void {
    this.send("removeDirectory", name);
  }

  removeFile(name: string): void {
    this.send("removeFile", name);
  }

  setTimesAt(name: string, times: FileTimes): void {
    this.send("setTimesAt", name, times);
  }
}

function targetOf(directory: Directory): number {
  if (!(directory instanceof RemoteDirectory)) throw new FileSystemError("EXDEV");
  return directory.target;
}
