import { serveFileSystems } from "../fs/remote/server.ts";
import { createInput } from "../wasi/input.ts";
import { createOutput } from "../wasi/output.ts";
import { type CallSystem, type GuestSystem, OWN, SERVICE, type SystemSettings } from "./settings.ts";

const encoder = new TextEncoder();

/** The guest says how much it wants; nobody has to allocate as much as that. */
const MAX_STDIN_CHUNK = 64 * 1024;

/** The caller's side of a system whose guest runs in a worker: what only the application's thread has. */
export interface SystemServer {
  /** Answers the guest's side. */
  serve(service: number, request: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null;
  /** Starts a call; returns the {@link OWN} bits of what it has of its own. */
  beginCall(own: CallSystem): number;
  /** Hands unfinished lines on. */
  endCall(): void;
  /** What the guest's side needs to know from the start. */
  readonly guest: GuestSystem;
}

/** Makes the caller's side. Host directories are opened by the guest's side itself. */
export function createSystemServer({ options, allowedPaths, log }: SystemSettings): SystemServer {
  const mounts = Object.keys(options.fs ?? {});
  const files = serveFileSystems(Object.values(options.fs ?? {}));
  const output = (name: "stdout" | "stderr", target = options[name]) =>
    createOutput(target, (line) => log.write(name === "stdout" ? "info" : "error", encoder.encode(line)));
  const always = { stdin: createInput(options.stdin), stdout: output("stdout"), stderr: output("stderr") };
  let streams = { ...always };
  let args: readonly string[] = [];
  return {
    guest: guestSystem(),
    serve(service, request) {
      switch (service) {
        case SERVICE.stdin: {
          const asked = new DataView(request.buffer).getUint32(0);
          const into = new Uint8Array(Math.min(asked, MAX_STDIN_CHUNK));
          const length = streams.stdin.read(into);
          return length === 0 ? null : into.subarray(0, length);
        }
        case SERVICE.stdout:
          streams.stdout?.write(request);
          return null;
        case SERVICE.stderr:
          streams.stderr?.write(request);
          return null;
        case SERVICE.now:
          return new Uint8Array(Float64Array.of(callNow()).buffer);
        case SERVICE.args:
          return encoder.encode(JSON.stringify(args));
        default:
          return files(request);
      }
    },
    beginCall(own) {
      args = own.args ?? [];
      streams = {
        stdin: own.stdin === undefined ? always.stdin : createInput(own.stdin),
        stdout: own.stdout === undefined ? always.stdout : output("stdout", own.stdout),
        stderr: own.stderr === undefined ? always.stderr : output("stderr", own.stderr),
      };
      return bitsOf(own);
    },
    endCall() {
      streams.stdout?.flush();
      streams.stderr?.flush();
    },
  };

  function callNow(): number {
    const now = options.deterministic?.now;
    return typeof now === "function" ? now() : 0;
  }

  function guestSystem(): GuestSystem {
    const { deterministic, env = {} } = options;
    const now = deterministic && (typeof deterministic.now === "function" ? "caller" : deterministic.now);
    return {
      args: options.args ?? [],
      env,
      allowedPaths,
      mounts,
      streams: bitsOf(options),
      deterministic: deterministic && now !== undefined ? { now, seed: deterministic.seed } : undefined,
    };
  }
}

function bitsOf(own: CallSystem): number {
  let bits = 0;
  for (const [name, bit] of Object.entries(OWN)) if (own[name as keyof CallSystem] !== undefined) bits |= bit;
  return bits;
}
