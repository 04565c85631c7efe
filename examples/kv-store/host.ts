// Lets a plugin read and write the application's own store, through two host functions and nothing else.
import { fileURLToPath } from "node:url";
import { bytes, createPlugin, text, typedFunction } from "@mortise/host-sdk";
import { openStore } from "./store.ts";

const manifest = new URL("../../../manifests/kv-store.json", import.meta.url);
const names = process.argv.slice(2);
const store = await openStore(fileURLToPath(new URL("data/visits", import.meta.url)));

await using plugin = await createPlugin(manifest, {
  functions: {
    "extism:host/user": {
      kv_read: typedFunction({ params: [text], result: bytes }, (key) => store.get(key)),
      kv_write: typedFunction({ params: [text, bytes] }, (key, value) => store.set(key, value)),
    },
  },
});
console.log(`the application's store is ${store.kind}`);
for (const name of names.length > 0 ? names : ["Ada", "Grace", "Ada"]) {
  const started = performance.now();
  const answer = (await plugin.call("visit", name)).text();
  console.log(`visit ${name} → "${answer}", in ${(performance.now() - started).toFixed(2)} ms`);
}
store.close();
