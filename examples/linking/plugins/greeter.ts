import { host, Memory } from "@mortise/pdk-assemblyscript";

/**
 * The greeting for an hour of the day, as a number: 0 morning, 1 afternoon, 2 evening. Numbers pass between modules
 * as they are.
 */
export function time_of_day(hour: i32): i32 {
  if (hour < 12) return 0;
  return hour < 18 ? 1 : 2;
}

/**
 * Greets a name. Each module has a memory of its own, so a string travels as the handle of a block in the kernel's
 * memory, which both can read. The caller frees both blocks.
 */
export function greeting(name: u64, timeOfDay: i32): u64 {
  const phrases: StaticArray<string> = ["Good morning", "Good afternoon", "Good evening"];
  return host.text(phrases[timeOfDay] + ", " + Memory.find(name)!.toString() + "!");
}
