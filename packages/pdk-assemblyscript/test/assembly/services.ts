import {
  allocate, Config, error, fail, host, inputString, Log, LogLevel, Memory, outputString, output, Var,
} from "@mortise/pdk-assemblyscript";

@external("extism:host/user", "shout")
declare function shout(text: u64): u64;
@external("extism:host/user", "reverse")
declare function reverse(bytes: u64): u64;
@external("extism:host/user", "nothing")
declare function nothing(text: u64): u64;

export function configValue(): void {
  const value = Config.get(inputString());
  outputString(value === null ? "null" : '"' + value + '"');
}

export function configOr(): void {
  outputString(Config.getOr(inputString(), "fallback"));
}

export function varText(): void {
  const value = Var.getString(inputString());
  outputString(value === null ? "null" : '"' + value + '"');
}

export function varBytes(): void {
  const value = Var.get(inputString());
  if (value !== null) output(value);
}

export function setVarText(): void {
  Var.setString("key", inputString());
}

export function setVarBytes(): void {
  const bytes: StaticArray<u8> = [0, 1, 255];
  Var.set("key", bytes);
}

export function setVarEmpty(): void {
  Var.set("key", new Uint8Array(0));
}

export function deleteVar(): void {
  Var.delete("key");
}

export function logAll(): void {
  Log.trace("ä");
  Log.debug("ä");
  Log.info("ä");
  Log.warn("ä");
  Log.error("ä");
}

export function isInfoEnabled(): void {
  outputString(Log.isEnabled(LogLevel.Info).toString());
}

export function setError(): void {
  error(inputString());
}

export function failWith(): void {
  outputString(fail(inputString()).toString());
}

export function throwError(): void {
  throw new RangeError(inputString());
}

export function throwNothing(): void {
  abort();
}

export function indexOutOfRange(): void {
  const bytes = new Uint8Array(3);
  outputString(bytes[inputString().length].toString());
}

export function callShout(): void {
  const answer = host.callText(shout, inputString());
  outputString(answer === null ? "null" : answer);
}

export function callReverse(): void {
  const bytes: StaticArray<u8> = [1, 2, 3];
  const answer = host.callBytes(reverse, bytes);
  if (answer !== null) output(answer);
}

export function callNothing(): void {
  outputString(host.callText(nothing, "x") === null ? "null" : "a value");
}

export function callByHand(): void {
  const argument = host.text("{}");
  const answer = host.readText(shout(argument));
  host.free(argument);
  if (answer !== null) outputString(answer);
}

export function storeAndLoad(): void {
  const block = allocate(8);
  const head: StaticArray<u8> = [1, 2, 3, 4, 5];
  const tail: StaticArray<u8> = [6, 7, 8];
  block.store(head);
  block.store(tail, 5);
  const middle = new Uint8Array(4);
  block.load(middle, 3);
  block.free();
  output(middle);
}

export function storePastTheEnd(): void {
  allocate(8).store(new Uint8Array(4), 5);
}

export function loadFromFarAway(): void {
  allocate(8).load(new Uint8Array(1), u64.MAX_VALUE);
}

export function findNothing(): void {
  outputString(Memory.find(0) === null ? "null" : "a block");
}

export function allocateTooMuch(): void {
  allocate(100);
}
