import type { Guard } from "../abi/abi.ts";
import type { ReentryScope } from "../reentry.ts";
import type { HostFiles } from "../sandbox/fs/host-files.ts";
import type { CreateGuardedSend } from "../sandbox/http/index.ts";
import type { Workers } from "./workers.ts";

/**
 * What differs between Node, Bun, Deno and browsers. It is a value that is passed in; nothing outside
 * `runtime/` asks which platform it runs on.
 */
export interface Runtime {
  readonly name: "node" | "bun" | "deno" | "browser";

  /**
   * Reads a whole file; absent where there are no files.
   * @throws {PluginError} `SOURCE_UNREACHABLE`, or `MODULE_TOO_LARGE` beyond `maxBytes`
   */
  readonly readFile?: (path: string, maxBytes: number) => Promise<Uint8Array<ArrayBuffer>>;

  /** Turns a path of a manifest into one that `readFile` takes, relative to `folder` (default: the working directory). */
  readonly resolvePath?: (path: string, folder?: string) => string;

  /** The folder of a file, for resolving what a manifest in it names. */
  readonly folderOf?: (path: string) => string;

  /** The path that a `file:` URL names. */
  readonly pathOfUrl?: (url: URL) => string;

  /**
   * What a relative URL in a manifest in `folder` resolves against (default: the working directory); in browsers
   * the page. `undefined` where there is no such thing.
   */
  readonly baseUrl?: (folder?: string) => URL | undefined;

  /** How many threads the platform runs at once, as far as it tells; at least 1. */
  readonly parallelism: () => number;

  /** Workers with shared memory; absent where there are none. */
  readonly workers?: Workers | undefined;

  /** Makes a guard that interrupts running wasm after `timeoutMs`; absent where nothing can. */
  readonly createWatchdog?: ((timeoutMs: number) => Guard) | undefined;

  /** Makes a scope that follows asynchronous calls; absent where the platform has no such thing. */
  readonly createReentryScope?: (() => ReentryScope) | undefined;

  /** Confined access to host directories; absent where there are none, or none that can be confined. */
  readonly files?: HostFiles | undefined;

  /** Makes HTTP connections whose addresses are checked in their own look-up; absent where the platform shows none. */
  readonly createGuardedSend?: CreateGuardedSend | undefined;
}
