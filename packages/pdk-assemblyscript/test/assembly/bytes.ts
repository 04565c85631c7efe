import { input, inputString, output, outputMemory, outputString, Memory } from "@mortise/pdk-assemblyscript";
import { overwrittenBuffer } from "@mortise/pdk-assemblyscript/assembly/buffer";

export function echo(): void {
  output(input());
}

export function echoText(): void {
  outputString(inputString());
}

export function echoBlock(): void {
  const copy = Memory.ofBytes(input());
  output(copy.toBytes());
  copy.free();
}

export function echoTextBlock(): void {
  const copy = Memory.ofString(inputString());
  outputString(copy.toString());
  copy.free();
}

export function outputBlock(): void {
  outputMemory(Memory.ofBytes(input()));
}

export function textLength(): void {
  outputString(inputString().length.toString());
}

/** One unpaired surrogate between two letters. */
export function unpairedSurrogate(): void {
  outputString("a" + String.fromCharCode(0xd800) + "b");
}

export function subarray(): void {
  output(input().subarray(3, 10));
}

export function staticArray(): void {
  const bytes: StaticArray<u8> = [1, 2, 3, 250];
  output(bytes);
}

export function arrayBuffer(): void {
  output(input().buffer);
}

export function nullable(): void {
  const bytes: Uint8Array | null = maybe(input());
  if (bytes !== null) output(bytes);
}

function maybe(bytes: Uint8Array): Uint8Array | null {
  return bytes.length > 0 ? bytes : null;
}

/** Takes the input twice and changes the first copy. */
export function twice(): void {
  const first = input();
  const second = input();
  first.fill(0);
  output(second);
}

/** Sets two outputs. */
export function replaced(): void {
  outputString("first");
  outputString("second");
}

/** Whether a new buffer still shows what was at its place before: `dirty`, or `clean` if it was filled with zeros. */
export function freshBuffer(): void {
  const size = 1 << 16;
  const block = heap.alloc(size + 64);
  memory.fill(block, 0xaa, size + 64);
  heap.free(block);
  const bytes = Uint8Array.wrap(overwrittenBuffer(size));
  outputString(bytes.includes(0xaa) ? "dirty" : "clean");
}

/** The same place, by way of the standard library: it must be filled. */
export function freshArray(): void {
  const size = 1 << 16;
  const block = heap.alloc(size + 64);
  memory.fill(block, 0xaa, size + 64);
  heap.free(block);
  overwrittenBuffer(16);
  outputString(new Uint8Array(size).includes(0xaa) ? "dirty" : "clean");
}
