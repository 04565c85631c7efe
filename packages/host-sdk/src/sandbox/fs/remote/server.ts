import type { Directory, File, FileSystem } from "../file-system.ts";
import { posixCode } from "../file-system-error.ts";
import { type FileCall, pack, unpack } from "./wire.ts";

type Served = { readonly directory: Directory } | { readonly file: File };

/** Largest read that is answered at once; a guest asks again for the rest. */
const MAX_READ = 1024 * 1024;

/**
 * Serves file systems to a guest on another thread. Targets from 0 up are the file systems themselves, in their
 * order; what is opened gets the numbers after them.
 */
export function serveFileSystems(fileSystems: readonly FileSystem[]): FileServer {
  return new OpenFiles(fileSystems);
}

/** The caller's side of file systems that a guest on another thread uses. */
export interface FileServer {
  /** Answers a packed call. @throws what is no error of a file system */
  answer(request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Closes what is open. @throws the first error, after everything was closed */
  close(): void;
}

class OpenFiles implements FileServer {
  readonly #roots: readonly FileSystem[];
  readonly #open = new Map<number, Served>();
  #next: number;

  constructor(roots: readonly FileSystem[]) {
    this.#roots = roots;
    this.#next = roots.length;
  }

  answer(request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { message, bytes } = unpack<FileCall>(request);
    try {
      return this.#perform(message, bytes);
    } catch (error) {
      const code = posixCode(error);
      if (code === undefined) throw error;
      return pack({ code });
    }
  }

  close(): void {
    const errors: unknown[] = [];
    for (const served of this.#open.values()) {
      try {
        ("file" in served ? served.file : served.directory).close();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#open.clear();
    if (errors.length > 0) throw errors[0];
  }

  #perform(call: FileCall, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const root = this.#roots[call.target];
    if (root) return pack({ value: this.#keep({ directory: root.open() }) });
    const served = this.#open.get(call.target);
    if (!served) return pack({ code: "EBADF" });
    if (call.method === "close") this.#open.delete(call.target);
    return "file" in served
      ? this.#onFile(served.file, call, bytes)
      : this.#onDirectory(served.directory, call);
  }

  #onFile(file: File, { method, args }: FileCall, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    if (method === "read") {
      const into = new Uint8Array(Math.min(args[0] as number, MAX_READ));
      const value = file.read(into, args[1] as number);
      return pack({ value }, into.subarray(0, value));
    }
    if (method === "write") return pack({ value: file.write(bytes, args[0] as number) });
    return pack({ value: invoke(file, method, args) });
  }

  #onDirectory(directory: Directory, { method, args }: FileCall): Uint8Array<ArrayBuffer> {
    if (method === "link" || method === "rename") {
      const [name, to, toName] = args as [string, number, string];
      const target = this.#open.get(to);
      if (!target || !("directory" in target)) return pack({ code: "EXDEV" });
      directory[method](name, target.directory, toName);
      return pack({ value: null });
    }
    const value = invoke(directory, method, args);
    if (method === "openDirectory") return pack({ value: this.#keep({ directory: value as Directory }) });
    if (method === "openFile") return pack({ value: this.#keep({ file: value as File }) });
    return pack({ value });
  }

  #keep(served: Served): number {
    this.#open.set(this.#next, served);
    return this.#next++;
  }
}

function invoke(target: Directory | File, method: string, args: readonly unknown[]): unknown {
  const members = target as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  return members[method]?.(...args) ?? null;
}
