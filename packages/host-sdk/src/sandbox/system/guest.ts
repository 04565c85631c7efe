import type { HostFiles } from "../fs/host-files.ts";
import { allowedPathPreopens } from "../fs/index.ts";
import { remoteFileSystem } from "../fs/remote/client.ts";
import { createWasi, type WasiCall, type WasiOptions } from "../wasi/index.ts";
import { type Exchange, type GuestSystem, OWN, SERVICE, type System } from "./settings.ts";

const NOTHING = new Uint8Array(0);

/** Makes the function that gives each instance in a worker its system, whose streams are the caller's. */
export function createGuestSystemFactory(
  system: GuestSystem,
  files: HostFiles | undefined,
): (exchange: Exchange) => System {
  const preopens = allowedPathPreopens(system.allowedPaths, files);
  return (exchange) => {
    if (system.streams & OWN.stdin) exchange(SERVICE.instance, NOTHING);
    const { args, env, mounts, deterministic } = system;
    const fs = Object.fromEntries(mounts.map((path, index) => [path, remoteFileSystem(index, exchange)]));
    const options: WasiOptions = { args, env, fs, ...streams(system.streams, exchange) };
    const timed = deterministic ? { ...options, deterministic: clock(deterministic, exchange) } : options;
    const wasi = createWasi({ options: timed, preopens });
    return {
      ...wasi,
      beginCall: ({ ownSystem }) => wasi.beginCall(ownSystem ? ownOf(ownSystem, exchange) : {}),
    };
  };
}

/** What a call has of its own, told by its {@link OWN} bits. */
function ownOf(bits: number, exchange: Exchange): WasiCall {
  const args =
    bits & OWN.args
      ? (JSON.parse(new TextDecoder().decode(exchange(SERVICE.args, NOTHING) ?? NOTHING)) as string[])
      : undefined;
  return { ...streams(bits, exchange), args };
}

function streams(bits: number, exchange: Exchange): Pick<WasiOptions, "stdin" | "stdout" | "stderr"> {
  const output = (service: number) => (chunk: Uint8Array<ArrayBuffer>) => void exchange(service, chunk);
  return {
    ...(bits & OWN.stdin && { stdin: (maxBytes: number) => exchange(SERVICE.stdin, uint32(maxBytes)) }),
    ...(bits & OWN.stdout && { stdout: output(SERVICE.stdout) }),
    ...(bits & OWN.stderr && { stderr: output(SERVICE.stderr) }),
  };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function clock({ now, seed }: NonNullable<GuestSystem["deterministic"]>, exchange: Exchange) {
  if (now !== "caller") return { now, seed };
  return {
    seed,
    now: () => new Float64Array((exchange(SERVICE.now, NOTHING) ?? new Uint8Array(8)).buffer)[0] as number,
  };
}
