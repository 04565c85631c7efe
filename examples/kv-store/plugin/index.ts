import { fail, host, inputString, outputString } from "@mortise/pdk-assemblyscript";

/** The application's store: the value's bytes, or 0 if the key is unknown. */
@external("extism:host/user", "kv_read")
declare function kv_read(key: u64): u64;

/** The application's store: sets the key to the value's bytes. */
@external("extism:host/user", "kv_write")
declare function kv_write(key: u64, value: u64): void;

/** Counts a visit of the person whose name is the input, and greets them. */
export function visit(): i32 {
  const name = inputString();
  if (name.length == 0) return fail("visit needs a name as its input");
  const count = readVisits(name) + 1;
  writeVisits(name, count);
  outputString(count == 1 ? `Welcome, ${name}!` : `Welcome back, ${name}: visit ${count}.`);
  return 0;
}

/** Tells how often the person whose name is the input has been here. */
export function visits(): i32 {
  outputString(readVisits(inputString()).toString());
  return 0;
}

function readVisits(name: string): u64 {
  const stored = host.callText(kv_read, "visits/" + name);
  return stored === null ? 0 : U64.parseInt(stored);
}

function writeVisits(name: string, count: u64): void {
  const key = host.text("visits/" + name);
  const value = host.text(count.toString());
  kv_write(key, value);
  host.free(key);
  host.free(value);
}
