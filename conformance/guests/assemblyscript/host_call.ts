import { fail, host, input, inputString, output, outputString } from "@mortise/pdk-assemblyscript";

@external("extism:host/user", "shout")
declare function shout(text: u64): u64;

@external("extism:host/user", "reverse")
declare function reverse(bytes: u64): u64;

@external("extism:host/user", "lookup")
declare function lookup(query: u64): u64;

@external("extism:host/user", "add")
declare function add(left: u64, right: u64): u64;

/** Text to the host and back. */
export function call_text(): i32 {
  const answer = host.callText(shout, inputString());
  if (answer === null) return fail("the host gave no text");
  outputString(answer);
  return 0;
}

/** Bytes to the host and back. */
export function call_bytes(): i32 {
  const answer = host.callBytes(reverse, input());
  if (answer === null) return fail("the host gave no bytes");
  output(answer);
  return 0;
}

/** JSON text to the host and back; no answer is `null`. */
export function call_json(): i32 {
  const answer = host.callText(lookup, '{"key":' + inputString() + "}");
  outputString(answer === null ? "null" : answer);
  return 0;
}

/** Numbers to the host and back. */
export function call_numbers(): i32 {
  outputString(add(40, 2).toString());
  return 0;
}
