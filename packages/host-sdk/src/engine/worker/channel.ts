import type { WasmValue } from "../../abi/abi.ts";

/** How the caller learns that it is its turn: `Atomics.waitAsync`, or a message. */
export type Wake = "waitAsync" | "message";

/** Whose turn it is; the other side waits. */
const TURN = { caller: 0, worker: 1 } as const;

/** What the side that hands the turn over wants from the other. */
export const REQUEST = {
  /** To the worker: instantiate and run the start-up functions. */
  start: 1,
  /** To the worker: call the export at an index; with a value, on a fresh instance. */
  call: 2,
  /** To the worker: the import has returned. */
  returned: 3,
  /** To the worker: the import has failed. */
  failed: 4,
  /** To the caller: serve the import at an index. */
  serve: 6,
  /** To the caller: the call is over. */
  done: 7,
  /** To the caller: the call has failed, as a message tells. */
  error: 8,
} as const;

type RequestCode = (typeof REQUEST)[keyof typeof REQUEST];

/** What was handed over. */
export interface Handover {
  readonly request: RequestCode;
  readonly index: number;
  readonly values: readonly WasmValue[];
}

/** TypeScript's library does not describe it, and older browsers do not have it. */
const atomics = Atomics as typeof Atomics & {
  readonly waitAsync?: (
    array: Int32Array<SharedArrayBuffer>,
    index: number,
    value: number,
  ) => { readonly async: boolean; readonly value: Promise<string> | string };
};

// The control buffer: a head of 32-bit numbers, then a tag per value, then the values, 8 bytes each.
const HEAD = { turn: 0, request: 1, index: 2, count: 3, length: 4 } as const;
/** The most parameters or results that a wasm function can have on any engine. */
const MAX_VALUES = 1000;
const TAGS_AT = HEAD.length * 4;
const VALUES_AT = TAGS_AT + MAX_VALUES;
const TAG = { number: 1, bigint: 2 } as const;

/** How long a side spins before it sleeps: waking a thread that sleeps takes longer than most turns. */
const SPIN_MS = 0.02;

/** Bytes of a control buffer. */
export const CONTROL_BYTES: number = VALUES_AT + MAX_VALUES * 8;

/** One side of the line between a caller and its worker. Only the side whose turn it is may touch anything shared. */
export class Channel {
  readonly #head: Int32Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;

  constructor(control: SharedArrayBuffer) {
    this.#head = new Int32Array(control, 0, HEAD.length);
    this.#view = new DataView(control);
  }

  /** Hands the turn to the worker, which blocks until then. */
  giveToWorker(request: RequestCode, index = 0, values: readonly WasmValue[] = []): void {
    this.#write(request, index, values);
    Atomics.store(this.#head, HEAD.turn, TURN.worker);
    Atomics.notify(this.#head, HEAD.turn);
  }

  /** Hands the turn to the caller. `post` wakes a caller that waits for messages. */
  giveToCaller(request: RequestCode, index = 0, values: readonly WasmValue[] = [], post?: () => void): void {
    this.#finishHandover(post);
    this.#write(request, index, values);
    Atomics.store(this.#head, HEAD.turn, TURN.caller);
    Atomics.notify(this.#head, HEAD.turn);
    post?.();
  }

  /** Blocks the worker until it is its turn. */
  waitForCaller(): Handover {
    this.#block();
    return this.#read();
  }

  /** Whether the turn is the caller's. */
  get isCallersTurn(): boolean {
    return Atomics.load(this.#head, HEAD.turn) === TURN.caller;
  }

  /**
   * Whether the turn becomes the caller's within the time that is worth spinning for. Not for a page's main thread,
   * which must never spin.
   */
  spinForWorker(): boolean {
    return this.#spin(TURN.caller);
  }

  /** Resolves when the turn is the caller's, without blocking it. */
  async waitForWorker(): Promise<void> {
    const waiting = atomics.waitAsync?.(this.#head, HEAD.turn, TURN.worker);
    if (waiting?.async) await waiting.value;
  }

  /** Ends the caller's waiting for a worker that is no more. */
  release(): void {
    Atomics.store(this.#head, HEAD.turn, TURN.caller);
    Atomics.notify(this.#head, HEAD.turn);
  }

  /** What the worker handed over. */
  take(): Handover {
    return this.#read();
  }

  /**
   * A guest that fills its stack can cut a handover anywhere: the turn is the caller's then, who may not know yet,
   * while the worker has unwound and wants to go on. Wakes the caller again, and lets it have its turn first.
   */
  #finishHandover(post: (() => void) | undefined): void {
    if (!this.isCallersTurn) return;
    Atomics.notify(this.#head, HEAD.turn);
    post?.();
    this.#block();
  }

  #spin(until: number): boolean {
    const end = performance.now() + SPIN_MS;
    do {
      if (Atomics.load(this.#head, HEAD.turn) === until) return true;
    } while (performance.now() < end);
    return false;
  }

  #block(): void {
    if (this.#spin(TURN.worker)) return;
    while (this.isCallersTurn) Atomics.wait(this.#head, HEAD.turn, TURN.caller);
  }

  #write(request: RequestCode, index: number, values: readonly WasmValue[]): void {
    this.#head[HEAD.request] = request;
    this.#head[HEAD.index] = index;
    this.#head[HEAD.count] = values.length;
    values.forEach((value, i) => {
      const at = VALUES_AT + i * 8;
      this.#view.setUint8(TAGS_AT + i, typeof value === "bigint" ? TAG.bigint : TAG.number);
      if (typeof value === "bigint") this.#view.setBigInt64(at, value);
      else this.#view.setFloat64(at, value);
    });
  }

  #read(): Handover {
    const count = this.#head[HEAD.count] as number;
    const values: WasmValue[] = [];
    for (let i = 0; i < count; i++) {
      const at = VALUES_AT + i * 8;
      const isBigint = this.#view.getUint8(TAGS_AT + i) === TAG.bigint;
      values.push(isBigint ? this.#view.getBigInt64(at) : this.#view.getFloat64(at));
    }
    return {
      request: this.#head[HEAD.request] as RequestCode,
      index: this.#head[HEAD.index] as number,
      values,
    };
  }
}

/** The way of waking that this platform has: `waitAsync` is the faster one wherever it exists. */
export function preferredWake(): Wake {
  return atomics.waitAsync ? "waitAsync" : "message";
}
