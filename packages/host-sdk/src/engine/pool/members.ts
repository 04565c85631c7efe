import { PluginError } from "../../errors.ts";
import { CallQueue } from "../call-queue.ts";

/** What a pool lends: something that runs one call at a time. */
export interface PoolMember {
  close(): Promise<void>;
}

/** What a pool is made of. */
export interface MembersSettings<Member> {
  /** Name of the plugin, for messages. */
  readonly plugin: string;
  /** The most members. */
  readonly size: number;
  /** The most calls that wait, those aside for which a member is being started. */
  readonly maxQueue: number;
  /** Starts a member; `signal` gives that up. */
  readonly start: (signal: AbortSignal) => Promise<Member>;
}

/** The members of a pool, started when they are needed, and the calls that wait for one, first in, first out. */
export class Members<Member extends PoolMember> {
  readonly #settings: MembersSettings<Member>;
  readonly #all = new Set<Member>();
  readonly #idle: Member[] = [];
  readonly #queue: CallQueue<Member> = new CallQueue();
  readonly #starting = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(settings: MembersSettings<Member>) {
    this.#settings = settings;
  }

  /** Members that run a call. */
  get busy(): number {
    return this.#all.size - this.#idle.length;
  }

  /** Calls that wait for a member. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Starts one member more, so that what is wrong with all of them shows. */
  async startOne(): Promise<void> {
    this.giveBack(await this.borrow(undefined), true);
  }

  /**
   * An idle member, the last one that was used first; a promise of one where the call has to wait.
   * @throws {PluginError} `QUEUE_FULL`, and when it has to wait also `ABORTED` and whatever a start fails with
   */
  borrow(signal: AbortSignal | undefined): Member | Promise<Member> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const { plugin, size, maxQueue } = this.#settings;
    const room = maxQueue + Math.max(0, size - this.#all.size);
    if (this.#queue.length >= room) {
      throw new PluginError(
        "QUEUE_FULL",
        `all ${size} members of the pool of ${plugin} are busy and ${maxQueue} calls wait: call later, or raise size or maxQueue`,
        { plugin },
      );
    }
    const turn = this.#queue.wait(signal);
    this.#startMissing();
    return turn;
  }

  /** Ends a loan. A member that is not to be kept makes room for a fresh one. */
  giveBack(member: Member, keep: boolean): void {
    if (this.#closing.signal.aborted) return;
    if (keep) {
      this.#offer(member);
      return;
    }
    this.#all.delete(member);
    void member.close();
    this.#startMissing();
  }

  /** Ends all members, and the calls that run in them or wait. */
  async close(createError: () => PluginError): Promise<void> {
    this.#closing.abort(createError());
    this.#queue.rejectAll(createError);
    const members = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all([...this.#starting, ...members.map((member) => member.close())]);
  }

  #offer(member: Member): void {
    if (!this.#queue.grantNext(member)) this.#idle.push(member);
  }

  #startMissing(): void {
    const { size } = this.#settings;
    while (this.#queue.length > this.#starting.size && this.#all.size + this.#starting.size < size) {
      const starting = this.#start().finally(() => {
        this.#starting.delete(starting);
        if (!this.#closing.signal.aborted) this.#startMissing();
      });
      this.#starting.add(starting);
    }
  }

  /** Starts a member for the call that has waited longest, which takes the error when that fails. */
  async #start(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const member = await this.#settings.start(signal);
      if (signal.aborted) return await member.close();
      this.#all.add(member);
      this.#offer(member);
    } catch (error) {
      this.#queue.rejectNext(error);
    }
  }
}
