import { type FileServer, serveFileSystems } from "../fs/remote/server.ts";
import { HostFailure } from "../wasi/errno.ts";
import { createInput, type InputStream } from "../wasi/input.ts";
import { createOutput, type OutputStream } from "../wasi/output.ts";
import { type CallSystem, type GuestSystem, OWN, SERVICE, type SystemSettings } from "./settings.ts";

const encoder = new TextEncoder();

/** The guest says how much it wants; nobody has to allocate as much as that. */
const MAX_STDIN_CHUNK = 64 * 1024;

/** The caller's side of a system whose guest runs in a worker: what only the application's thread has. */
export interface SystemServer {
  /** Answers the guest's side. @throws what the application's own code fails with */
  serve(service: number, request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null;
  /** Starts a call; returns the {@link OWN} bits of what it has of its own. */
  beginCall(own: CallSystem): number;
  /** Hands unfinished lines on. @throws what a stream that output was written to failed with */
  endCall(): void;
  /** Closes the files that a terminated worker has left open. */
  close(): void;
  /** What the guest's side needs to know from the start. */
  readonly guest: GuestSystem;
}

/** Makes the caller's side. Host directories are opened by the guest's side itself. */
export function createSystemServer(settings: SystemSettings): SystemServer {
  return new CallerSystem(settings);
}

interface Streams {
  readonly stdin: InputStream | undefined;
  readonly stdout: OutputStream | undefined;
  readonly stderr: OutputStream | undefined;
}

class CallerSystem implements SystemServer {
  readonly guest: GuestSystem;
  readonly #settings: SystemSettings;
  readonly #files: FileServer;
  #always: Streams;
  #own: Streams = { stdin: undefined, stdout: undefined, stderr: undefined };
  #args: readonly string[] = [];

  constructor(settings: SystemSettings) {
    this.#settings = settings;
    this.#files = serveFileSystems(Object.values(settings.options.fs ?? {}));
    this.#always = this.#streams(settings.options);
    this.guest = guestSystem(settings);
  }

  serve(service: number, request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
    return unwrapped(() => this.#answer(service, request));
  }

  beginCall(own: CallSystem): number {
    this.#args = own.args ?? [];
    this.#own = this.#streams(own);
    return bitsOf(own);
  }

  endCall(): void {
    const outputs = [this.#own.stdout, this.#own.stderr, this.#always.stdout, this.#always.stderr];
    unwrapped(() => {
      for (const output of outputs) output?.flush();
    });
  }

  close(): void {
    try {
      this.#files.close();
    } catch (error) {
      // The worker has gone, and with it whoever could be told.
      this.#settings.log.note("error", `a file that a terminated plugin had left open: ${String(error)}`);
    }
  }

  #answer(service: number, request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
    switch (service) {
      case SERVICE.stdin:
        return this.#read(new DataView(request.buffer).getUint32(0));
      case SERVICE.stdout:
        (this.#own.stdout ?? this.#always.stdout)?.write(request);
        return null;
      case SERVICE.stderr:
        (this.#own.stderr ?? this.#always.stderr)?.write(request);
        return null;
      case SERVICE.now:
        return new Uint8Array(Float64Array.of(this.#now()).buffer);
      case SERVICE.args:
        return encoder.encode(JSON.stringify(this.#args));
      case SERVICE.instance:
        this.#always = { ...this.#always, stdin: createInput(this.#settings.options.stdin) };
        return null;
      default:
        return this.#files.answer(request);
    }
  }

  /** Input that ends is empty, not absent: the end of an application's function need not be the last word. */
  #read(maxBytes: number): Uint8Array<ArrayBuffer> | null {
    const into = new Uint8Array(Math.min(maxBytes, MAX_STDIN_CHUNK));
    const length = (this.#own.stdin ?? this.#always.stdin)?.read(into) ?? 0;
    return into.subarray(0, length);
  }

  #now(): number {
    const now = this.#settings.options.deterministic?.now;
    return typeof now === "function" ? now() : 0;
  }

  #streams({ stdin, stdout, stderr }: CallSystem): Streams {
    const { log } = this.#settings;
    return {
      stdin: stdin === undefined ? undefined : createInput(stdin),
      stdout: createOutput(stdout, (line) => log.write("info", encoder.encode(line))),
      stderr: createOutput(stderr, (line) => log.write("error", encoder.encode(line))),
    };
  }
}

/** Lets through what the application's own code threw as it is, as an import on this thread does. */
function unwrapped<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof HostFailure ? error.cause : error;
  }
}

function guestSystem({ options, allowedPaths }: SystemSettings): GuestSystem {
  const { args = [], env = {}, fs = {}, deterministic } = options;
  const now = deterministic && (typeof deterministic.now === "function" ? "caller" : deterministic.now);
  return {
    args,
    env,
    allowedPaths,
    mounts: Object.keys(fs),
    streams: bitsOf(options),
    deterministic: deterministic && now !== undefined ? { now, seed: deterministic.seed } : undefined,
  };
}

function bitsOf(own: CallSystem): number {
  let bits = 0;
  for (const [name, bit] of Object.entries(OWN)) if (own[name as keyof CallSystem] !== undefined) bits |= bit;
  return bits;
}
