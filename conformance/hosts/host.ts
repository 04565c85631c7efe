/** A module of a plugin under test. */
export interface GuestModule {
  readonly name?: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

/** What a host function of a case may do with its plugin: the part that every host offers. */
export interface HostCall {
  read(handle: bigint): Uint8Array;
  store(bytes: Uint8Array | string): bigint;
}

type WasmValue = number | bigint;
export type HostFunction = (host: HostCall, ...args: WasmValue[]) => WasmValue | undefined;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";
export type LogLine = readonly [level: LogLevel, text: string];

/** The options that a case may set, in neutral terms. */
export interface PluginSettings {
  readonly config?: Readonly<Record<string, string>>;
  readonly functions?: Readonly<Record<string, Readonly<Record<string, HostFunction>>>>;
  readonly maxPages?: number;
  readonly maxVarBytes?: number;
  /** The plugin imports WASI preview 1, which some hosts offer on request only. */
  readonly wasi?: boolean;
  /** Least severe level that reaches the logger. */
  readonly logLevel?: LogLevel | "off";
}

/** A failure as a host reports it; hosts without codes leave `code` out. */
export interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly exitCode?: number;
}

/** What came of loading a plugin, or of one call. */
export type Outcome = { readonly output: Uint8Array } | { readonly failure: Failure };

/** A loaded plugin. `call` never throws: a failure is an outcome. */
export interface OpenPlugin {
  call(name: string, input?: Uint8Array | string): Promise<Outcome>;
  /** Lines logged since the last `takeLog`. */
  takeLog(): LogLine[];
  close(): Promise<void>;
}

/** One implementation of the Extism ABI, behind the little that the cases need. */
export interface Host {
  readonly name: string;
  /** Whether its errors carry the codes of `PluginError`. */
  readonly hasCodes: boolean;
  open(modules: readonly GuestModule[], settings: PluginSettings): Promise<OpenPlugin | Failure>;
}

/** Whether loading was refused. */
export function isFailure(opened: OpenPlugin | Failure): opened is Failure {
  return "message" in opened;
}
