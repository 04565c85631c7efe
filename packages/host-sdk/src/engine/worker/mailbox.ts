import type { WorkerMessage } from "./messages.ts";

type MessageOf<Type extends WorkerMessage["type"]> = Extract<WorkerMessage, { type: Type }>;

/** Messages by type, each taken once, whether it was awaited before it came or after. */
export class Mailbox {
  readonly #arrived = new Map<string, WorkerMessage>();
  readonly #awaited = new Map<string, (message: WorkerMessage) => void>();

  deliver(message: WorkerMessage): void {
    const take = this.#awaited.get(message.type);
    this.#awaited.delete(message.type);
    if (take) take(message);
    else this.#arrived.set(message.type, message);
  }

  next<Type extends WorkerMessage["type"]>(type: Type): Promise<MessageOf<Type>> {
    const arrived = this.#arrived.get(type);
    this.#arrived.delete(type);
    if (arrived) return Promise.resolve(arrived as MessageOf<Type>);
    return new Promise((resolve) => this.#awaited.set(type, resolve as (message: WorkerMessage) => void));
  }
}
