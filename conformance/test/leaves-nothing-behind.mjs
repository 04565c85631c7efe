/** Uses a plugin that it closes and one that it leaves idle. Nothing may keep this process alive after that. */
import { readFileSync } from "node:fs";
import { createPlugin } from "@mortise/host-sdk";

const wasm = readFileSync(new URL("../build/guests/echo.wasm", import.meta.url));
const closed = await createPlugin(wasm);
const idle = await createPlugin(wasm);
const outputs = [await closed.call("echo", "echoed"), await idle.call("echo", "echoed")];
await closed.close();
console.log(outputs.map((output) => output.text()).join(", "));
