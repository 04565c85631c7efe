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
}
