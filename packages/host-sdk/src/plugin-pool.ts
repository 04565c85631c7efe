import { Latencies } from "./engine/pool/latencies.ts";
import { Members } from "./engine/pool/members.ts";
import { PluginError } from "./errors.ts";
import type { PoolOptions } from "./options.ts";
import type { PluginOutput } from "./output.ts";
import { type CallOptions, type Plugin, type PluginInput, toBytes } from "./plugin.ts";

/** How a pool lends its members. */
export interface PoolPolicy {
  /** The most members. */
  readonly size: number;
  /** The most calls that wait while all members are busy. */
  readonly maxQueue: number;
  /** What a member forgets between two calls. */
  readonly reset: "instance" | "memory";
  /** Members that hold more bytes of memory than this after a call are replaced. */
  readonly retainBytes: number;
}

const MAX_QUEUE = 1000;

/**
 * How a pool lends its members, by its options and the defaults.
 * @param parallelism the default size
 * @throws {TypeError} for a value that an option cannot have
 */
export function poolPolicy(options: PoolOptions, parallelism: number): PoolPolicy {
  const {
    size = parallelism,
    maxQueue = MAX_QUEUE,
    reset = "instance",
    retainBytes = Number.POSITIVE_INFINITY,
  } = options;
  if (!Number.isSafeInteger(size) || size < 1)
    throw new TypeError("option size must be an integer of at least 1");
  if (!Number.isSafeInteger(maxQueue) || maxQueue < 0)
    throw new TypeError("option maxQueue must be an integer of at least 0");
  if (reset !== "instance" && reset !== "memory")
    throw new TypeError('option reset must be "instance" or "memory"');
  if (!(typeof retainBytes === "number" && retainBytes >= 0))
    throw new TypeError("option retainBytes must be a number of at least 0");
  return { size, maxQueue, reset, retainBytes };
}

/** What a pool is made of. */
export interface PoolParts {
  readonly name: string;
  readonly exports: readonly string[];
  readonly policy: PoolPolicy;
  /** Starts a member; `signal` gives that up. */
  readonly start: (signal: AbortSignal) => Promise<Plugin>;
}

/** What a pool does and has done. */
export interface PoolStats {
  /** The most members. */
  readonly size: number;
  /** Members that run a call now. */
  readonly busy: number;
  /** Calls that wait for a member now. */
  readonly queued: number;
  /** Calls that members have run. */
  readonly calls: number;
  /** Those of them that failed. */
  readonly failures: number;
  /** What half of the last 1,024 calls stayed within, in milliseconds, waiting included; `undefined` before the first. */
  readonly p50: number | undefined;
  /** What 99 in 100 of them stayed within. */
  readonly p99: number | undefined;
}

/**
 * Several instances of one plugin, which run calls side by side. Members are started when they are needed; calls for
 * which none is free wait, first in, first out. A member whose worker ended is replaced.
 */
export class PluginPool {
  /** Name of the main module, for messages. */
  readonly name: string;
  /** Names of the exports that can be called. */
  readonly exports: readonly string[];
  readonly #policy: PoolPolicy;
  readonly #members: Members<Plugin>;
  readonly #latencies: Latencies = new Latencies();
  #failures = 0;
  #closing: Promise<void> | undefined;

  /** Use `createPool`. */
  constructor({ name, exports, policy, start }: PoolParts) {
    const { size, maxQueue } = policy;
    this.name = name;
    this.exports = exports;
    this.#policy = policy;
    this.#members = new Members({ plugin: name, size, maxQueue, start });
  }

  /** What the pool does and has done. */
  get stats(): PoolStats {
    const [p50, p99] = this.#latencies.quantiles(0.5, 0.99);
    return {
      size: this.#policy.size,
      busy: this.#members.busy,
      queued: this.#members.queued,
      calls: this.#latencies.count,
      failures: this.#failures,
      p50,
      p99,
    };
  }

  /** Starts the first member, so that what is wrong with a plugin shows before it is called. */
  async start(): Promise<void> {
    await this.#members.startOne();
  }

  /** Whether the plugin has an export of this name that can be called. */
  has(name: string): boolean {
    return this.exports.includes(name);
  }

  /**
   * Calls an export on a member that is free, or waits for one. The caller may change the input at once.
   *
   * A host function that waits for a call on its own pool keeps its member busy meanwhile: when all members wait so,
   * they wait until their timeout.
   *
   * @throws {PluginError} `QUEUE_FULL`, and everything that `plugin.call` fails with, as a rejection
   * @throws {TypeError} for arguments of the wrong type, as a rejection
   */
  async call(name: string, input?: PluginInput, options: CallOptions = {}): Promise<PluginOutput> {
    this.#checkOpen();
    const started = performance.now();
    const bytes = toBytes(input);
    const member = this.#members.borrow(options.signal);
    if (!(member instanceof Promise)) return this.#callOn(member, started, name, bytes, options);
    const call = [name, typeof bytes === "string" ? bytes : bytes.slice(), { ...options }] as const;
    return this.#callOn(await member, started, ...call);
  }

  /** Ends the pool. Calls that run or wait are rejected with `PLUGIN_CLOSED`. Closing twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#members.close(() => this.#closed());
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #callOn(member: Plugin, started: number, ...call: Parameters<Plugin["call"]>): Promise<PluginOutput> {
    try {
      return await member.call(...call);
    } catch (error) {
      this.#failures++;
      throw error;
    } finally {
      this.#latencies.add(performance.now() - started);
      this.#giveBack(member);
    }
  }

  #giveBack(member: Plugin): void {
    if (this.#closing) return;
    const keep = member.heldBytes <= this.#policy.retainBytes;
    if (keep && this.#policy.reset === "instance") member.reset({ vars: true });
    this.#members.giveBack(member, keep);
  }

  #checkOpen(): void {
    if (this.#closing) throw this.#closed();
  }

  #closed(): PluginError {
    return new PluginError("PLUGIN_CLOSED", `the pool of plugin ${this.name} was closed`, {
      plugin: this.name,
    });
  }
}
