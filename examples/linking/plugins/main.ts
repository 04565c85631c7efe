import { fail, host, inputString, outputString } from "@mortise/pdk-assemblyscript";

/** Exports of the module that the manifest names `greeter`. */
@external("greeter", "time_of_day")
declare function time_of_day(hour: i32): i32;
@external("greeter", "greeting")
declare function greeting(name: u64, timeOfDay: i32): u64;

/** Input `<hour> <name>`, such as `9 Ada`; output the greeting that module `greeter` finds for it. */
export function welcome(): i32 {
  const text = inputString();
  const space = text.indexOf(" ");
  if (space < 1) return fail("welcome needs an hour and a name, such as: 9 Ada");
  const hour = <i32>I32.parseInt(text.substring(0, space));
  const name = host.text(text.substring(space + 1));
  const answer = host.readText(greeting(name, time_of_day(hour)));
  host.free(name);
  if (answer === null) return fail("module greeter gave no greeting");
  outputString(answer);
  return 0;
}
