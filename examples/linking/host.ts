// Links two modules into one plugin: "main" calls functions that "greeter" exports.
import { createPlugin } from "@mortise/host-sdk";

const manifest = new URL("../../../manifests/linking.json", import.meta.url);

await using plugin = await createPlugin(manifest);
for (const input of ["9 Ada", "14 Grace", "21 Zoë"]) {
  const started = performance.now();
  const answer = (await plugin.call("welcome", input)).text();
  console.log(`welcome "${input}" → "${answer}", in ${(performance.now() - started).toFixed(2)} ms`);
}
