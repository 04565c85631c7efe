/**
 * What the engine's adapter offers to guest code (adapter/adapter.wat), and the state that the parts of the
 * guest library share. Handles are offsets of host memory blocks; they are below 2^53, so numbers hold them.
 */
export interface Natives {
  inputBytes(): Uint8Array;
  inputText(): string;
  outputBytes(bytes: Uint8Array): void;
  outputText(text: string): void;
  storeBytes(bytes: Uint8Array): number;
  storeText(text: string): number;
  loadBytes(handle: number): Uint8Array;
  loadText(handle: number): string;
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
  randomFill(bytes: Uint8Array): void;
  random(): number;
  now(): number;
  timeOrigin(): number;
  runJobs(): void;
  hasJobs(): number;
  scratch(): ArrayBuffer;
  free(handle: number): void;
  length(handle: number): number;
  errorSet(handle: number): void;
  configGet(key: number): number;
  varGet(key: number): number;
  varSet(key: number, value: number): void;
  httpRequest(request: number, body: number): number;
  httpStatus(): number;
  httpHeaders(): number;
  logTrace(text: number): void;
  logDebug(text: number): void;
  logInfo(text: number): void;
  logWarn(text: number): void;
  logError(text: number): void;
  getLogLevel(): number;
  callImport(slot: number): void;
}

/** Wasm value types, as a plugin's imports use them. */
export type WasmType = "i32" | "i64" | "f32" | "f64";

/** A host function that the plugin imports; its place in {@link Runtime.imports} is its slot. */
export interface ImportDeclaration {
  readonly namespace: string;
  readonly name: string;
  readonly params: readonly WasmType[];
  readonly result: WasmType | null;
}

/** Timers, present only in plugins that mention them. */
interface TimerQueue {
  /** Waits for the next timer and runs it; false when there is none. */
  runNext(): boolean;
  clear(): void;
}

export interface Runtime {
  readonly natives: Natives;
  readonly imports: ImportDeclaration[];
  /** True once top-level code has run: from then on no host function can be declared. */
  sealed: boolean;
  timers: TimerQueue | undefined;
}

function outsideAPlugin(): never {
  throw new TypeError("@mortise/pdk-js works inside a plugin only: build this file with `mortise-js build`");
}

/** The runtime of this plugin. Imported anywhere else, the library loads, but its functions throw. */
export const runtime: Runtime = (globalThis as unknown as { __mortise?: Runtime }).__mortise ?? {
  natives: new Proxy({} as Natives, { get: outsideAPlugin }),
  imports: [],
  sealed: true,
  timers: undefined,
};

export const natives: Natives = runtime.natives;
