import {
  asyncFunction,
  type CallOptions,
  type CompileOptions,
  createPlugin,
  createPool,
  type HostFunctions,
  type InstantiateOptions,
  type Manifest,
  type Plugin,
  type PluginInput,
  type PluginOutput,
} from "@mortise/host-sdk";
import { onTestFinished } from "vitest";
import { wat } from "../helpers/wat.ts";

/** What every way of running calls offers. */
export interface Callable {
  call(name: string, input?: PluginInput, options?: CallOptions): Promise<PluginOutput>;
  close(): Promise<void>;
}

export type Options = CompileOptions & InstantiateOptions;

/** A way of running calls, as the contract sees it. */
export interface Subject {
  readonly name: string;
  /** Starts a guest, which is closed when the test ends. */
  open(guest: Uint8Array<ArrayBuffer>, options?: Options): Promise<Callable>;
  /** The same as a plugin of its own, for what a pool does not have. */
  readonly openPlugin?: (guest: Uint8Array<ArrayBuffer>, options?: Options) => Promise<Plugin>;
  /** Whether host functions may be asynchronous. */
  readonly waits: boolean;
  /** Whether `callSync` works. */
  readonly sync: boolean;
  /** Whether running code can be stopped: by a timeout at all, by one beside host functions, by a signal. */
  readonly interrupts: {
    readonly byTimeout: boolean;
    readonly besideFunctions: boolean;
    readonly bySignal: boolean;
  };
}

/** Whether this platform can suspend a guest (JavaScript Promise Integration). */
export const canSuspend: boolean = "Suspending" in WebAssembly;

const never = { byTimeout: false, besideFunctions: false, bySignal: false };
const always = { byTimeout: true, besideFunctions: true, bySignal: true };

function plugins(
  isolation: "thread" | "worker",
  subject: Omit<Subject, "open" | "openPlugin">,
  prepare = (guest: Uint8Array<ArrayBuffer>, options: Options): [Uint8Array | Manifest, Options] => [
    guest,
    options,
  ],
): Subject {
  const openPlugin = async (guest: Uint8Array<ArrayBuffer>, options: Options = {}) => {
    const plugin = await createPlugin(...prepare(guest, { isolation, ...options }));
    onTestFinished(() => plugin.close());
    return plugin;
  };
  return { ...subject, open: openPlugin, openPlugin };
}

export const inThread: Subject = plugins("thread", {
  name: "in-thread",
  waits: false,
  sync: true,
  interrupts: { ...never, byTimeout: true },
});

/** A module that imports something asynchronous makes the whole plugin one that is suspended. */
const waiter = wat(`(module (import "test:waiter" "wait" (func $wait)) (func (export "wait") (call $wait)))`);

export const suspending: Subject = plugins(
  "thread",
  { name: "in-thread, suspending", waits: true, sync: false, interrupts: never },
  (guest, options) => [
    {
      wasm: [
        { name: "waiter", data: waiter },
        { name: "main", data: guest },
      ],
    },
    {
      ...options,
      functions: { ...options.functions, "test:waiter": { wait: asyncFunction(() => undefined) } },
    },
  ],
);

export const worker: Subject = plugins("worker", {
  name: "worker",
  waits: true,
  sync: false,
  interrupts: always,
});

/** A pool of one, whose member keeps its state, is a plugin. */
export const pool: Subject = {
  name: "pool of one worker",
  waits: true,
  sync: false,
  interrupts: always,
  async open(guest, options = {}) {
    const opened = await createPool(guest, { isolation: "worker", size: 1, reset: "memory", ...options });
    onTestFinished(() => opened.close());
    return opened;
  },
};

/** Host functions under the namespace where guests look for `f`. */
export function user(f: HostFunctions[string][string]): HostFunctions {
  return { "extism:host/user": { f } };
}
