import type { RandomSource } from "./random.ts";

const MULTIPLIER = 0x9e3779b97f4a7c15n;

/**
 * Gives files the numbers that one instance sees them by. Two files differ for the guest exactly if they
 * differ for the host, but nothing about the host, or about other plugins, can be read from the numbers.
 */
export class FileIdentity {
  readonly #random: RandomSource;
  #secret: bigint | undefined;
  readonly #devices = new Map<bigint, bigint>();

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** Devices are numbered as they are met. */
  device(device: bigint): bigint {
    let number = this.#devices.get(device);
    if (number === undefined) {
      number = BigInt(this.#devices.size + 1);
      this.#devices.set(device, number);
    }
    return number;
  }

  /** A bijection on 64 bits (multiplication by an odd number, xor), so that no two files fall together. */
  inode(inode: bigint): bigint {
    this.#secret ??= this.#draw();
    const product = BigInt.asUintN(64, (inode ^ this.#secret) * MULTIPLIER);
    return product ^ (product >> 32n);
  }

  #draw(): bigint {
    const secret = new BigUint64Array(1);
    this.#random(new Uint8Array(secret.buffer));
    return secret[0] as bigint;
  }
}
