import type { Abi, Program } from "./abi.ts";
import { extism, extismOfJsSdk } from "./extism/index.ts";

/** The calling conventions, in the order in which they are asked. The last one claims everything. */
const ABIS: readonly Abi[] = [extism];

/** Those that a program does not ask for by itself. */
const DIALECTS: readonly Abi[] = [extismOfJsSdk];

/** The calling convention that a program speaks. */
export function abiOf(program: Program): Abi {
  return ABIS.find((abi) => abi.claims(program)) ?? extism;
}

/** The calling convention of this name, which another thread of this package chose. */
export function abiNamed(name: string): Abi {
  return [...ABIS, ...DIALECTS].find((abi) => abi.name === name) ?? extism;
}
