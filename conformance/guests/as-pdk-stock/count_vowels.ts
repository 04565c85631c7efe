import { Config, Host, Var } from "@extism/as-pdk";

export function count_vowels(): i32 {
  const text = Host.inputString();
  const configured = Config.get("vowels");
  const vowels = configured === null ? "aeiouAEIOU" : configured;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (vowels.includes(text.charAt(index))) count++;
  }
  const stored = Var.getString("total");
  const total = (stored === null ? 0 : <i32>I32.parseInt(stored)) + count;
  Var.set("total", Uint8Array.wrap(String.UTF8.encode(total.toString())));
  const answer =
    '{"count":' + count.toString() + ',"total":' + total.toString() + ',"vowels":"' + vowels + '"}';
  Host.output(Uint8Array.wrap(String.UTF8.encode(answer)));
  return 0;
}
