import type { FileStat, FileTimes, FileType } from "../file-system.ts";
import type { Quota } from "./quota.ts";

/** What the nodes of one memory file system share. */
export interface Volume {
  readonly quota: Quota;
  readonly device: bigint;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly now: () => number;
  nextInode: () => bigint;
}

/** Nanoseconds as a bigint, or the milliseconds of the volume's clock: converted only when they are asked for. */
type Time = bigint | number;

function toNanoseconds(time: Time): bigint {
  return typeof time === "bigint" ? time : BigInt(Math.trunc(time * 1e3)) * 1000n;
}

/** What files, directories and links of a memory file system have in common. */
export abstract class MemoryNode {
  readonly volume: Volume;
  readonly inode: bigint;
  abstract readonly type: FileType;
  abstract readonly size: number;
  /** Directory entries that name this node. */
  links = 0;
  #accessed: Time;
  #modified: Time;
  #changed: Time;

  constructor(volume: Volume) {
    this.volume = volume;
    this.inode = volume.nextInode();
    this.#accessed = this.#modified = this.#changed = volume.now();
  }

  stat(): FileStat {
    return {
      type: this.type,
      device: this.volume.device,
      inode: this.inode,
      links: BigInt(this.links),
      size: BigInt(this.size),
      accessed: toNanoseconds(this.#accessed),
      modified: toNanoseconds(this.#modified),
      changed: toNanoseconds(this.#changed),
    };
  }

  setTimes(times: FileTimes): void {
    this.#accessed = times.accessed ?? this.#accessed;
    this.#modified = times.modified ?? this.#modified;
    this.#changed = this.volume.now();
  }

  touch(): void {
    this.#modified = this.#changed = this.volume.now();
  }

  /** Called when an entry that named this node is gone. */
  unlinked(): void {
    this.links -= 1;
    this.#changed = this.volume.now();
  }
}

/** A symbolic link of a memory file system. */
export class MemoryLink extends MemoryNode {
  override readonly type = "symlink";
  readonly target: string;

  constructor(volume: Volume, target: string) {
    volume.quota.charge(target.length, 0);
    super(volume);
    this.target = target;
  }

  override get size(): number {
    return this.target.length;
  }

  override unlinked(): void {
    super.unlinked();
    if (this.links === 0) this.volume.quota.release(this.target.length, 0);
  }
}
